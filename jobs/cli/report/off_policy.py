"""`palate report off-policy` and `attention`: what the log tells of other lists, and of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.options import RELEASES, STORE, AsJson, Releases, Store
from jobs.cli.output import show_json, show_line, show_table
from palate.online.impressions.report import CLICKS, REPORT_DAYS

if TYPE_CHECKING:
    from palate.off_policy.examination import PlaceAttention
    from palate.off_policy.explored_lists import LogSize
    from palate.off_policy.place_estimates import Estimated, PlaceEstimates
    from palate.off_policy.report import AttentionReport, LogQuestion, OffPolicyReport
    from palate.off_policy.whole_lists import PolicyValue

COLUMNS = ("estimator", "events a list, 95 %", "beside the log, 95 %")
ATTENTION_COLUMNS = ("place", "attention", "95 %", "events")

Days = Annotated[int, typer.Option("--days", min=1, help="Lists of so many last days.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--click", metavar="KIND", help="Kind of event that counts; click by default."),
]


def off_policy(
    store: Store = STORE,
    releases: Releases = RELEASES,
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="ID", help="The other release; by default no exploration."),
    ] = None,
    attention: Annotated[
        str,
        typer.Option(
            "--attention", metavar="NUMBERS", help="Attention to places, as palate report attention."
        ),
    ] = "",
    days: Days = REPORT_DAYS,
    click: Kinds = None,
    as_json: AsJson = False,
) -> None:
    """Estimate what another release, or no exploration, would have earned, from lists that were shown.

    Only lists with places that `explore` drew tell anything, and only if the release that made them makes
    them again. A gain whose interval holds 0 is none that was seen.

    [bold]Examples[/bold]

      palate report off-policy --release 20261128-054220-7598b2

      palate report off-policy --attention 1,0.63,0.5 --click view --days 30
    """
    question = _question(store, releases, days, click)
    places = _numbers(attention)
    from palate.off_policy.report import off_policy_report  # brings torch

    with _progress() as progress:
        found = off_policy_report(question, release, places, progress)
    if as_json:
        show_json(_tree(found))
        return
    if found.estimates is not None:
        _show(found.estimates, release or "the same releases without exploration")
    _show_log(found.log, found.left_out)
    if not places:
        show_line("All places count as looked at alike; palate report attention tells what --attention takes")
    show_line("It supposes that a click depends on an item and its place, not on the other items of the list")
    for doubt in found.doubts:
        show_line(f"The log cannot tell: {doubt}")


def attention(
    store: Store = STORE,
    releases: Releases = RELEASES,
    days: Days = REPORT_DAYS,
    click: Kinds = None,
    as_json: AsJson = False,
) -> None:
    """Estimate how much each place of a list is looked at, from places that `explore` drew.

    Lists with `explore` 1 tell of all places. The line at the end is what `rerank.position_bias` and
    `palate report off-policy --attention` take.

    [bold]Example[/bold]

      palate report attention --days 30
    """
    from palate.off_policy.report import attention_report  # brings torch

    with _progress() as progress:
        found = attention_report(_question(store, releases, days, click), progress)
    if as_json:
        show_json(_attention_tree(found))
        return
    if found.places:
        show_table("Attention to places", ATTENTION_COLUMNS, map(_place_cells, found.places))
    _show_log(found.log, found.left_out)
    if not found.places:
        show_line(
            "The log cannot tell: it takes lists with two drawn places or more, and 20 events at a place"
        )
    elif found.uncertain:
        show_line(
            "Too uncertain to be used: an interval reaches beyond twice its lower end; it takes more events"
        )
    elif found.places[0].place == 1:
        numbers = ", ".join(f"{place.attention.mean:.3f}" for place in found.places)
        show_line(f"rerank.position_bias.attention: [{numbers}]")
    else:
        show_line("Too little is known of the first places: lists with explore 1 tell of them")


def _question(store: str, releases: str, days: int, click: list[str] | None) -> LogQuestion:
    from palate.off_policy.report import LogQuestion

    return LogQuestion(store, releases, days, tuple(click or CLICKS))


def _numbers(text: str) -> list[float]:
    try:
        return [float(number) for number in text.split(",")] if text else []
    except ValueError:
        raise typer.BadParameter(f"{text!r} is none such as 1,0.63,0.5") from None


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from jobs.runtime.progress import Work, progress_bar  # brings Ray

    with progress_bar(Work("lists", "lists"), total=None) as counter:
        yield counter.post


def _show(found: PlaceEstimates, other: str) -> None:
    rows = [_cells(name, estimated) for name, estimated in found.by_estimator.items()]
    show_table(f"Events a list, of {other}", COLUMNS, rows)
    worth = f"worth {found.effective_lists:,.0f} of the other kind"
    show_line(f"{found.lists:,} lists of {found.users:,} users, {worth}")
    show_line(f"{found.overlap:.1%} of the other lists could have been shown")


def _show_log(log: LogSize, left_out: dict[str, int]) -> None:
    reasons = "".join(
        f"; {count:,} of these left out: {reason}" for reason, count in left_out.items() if count
    )
    show_line(f"{log.shown:,} lists in the log, {log.explored:,} with drawn places{reasons}")


def _cells(name: str, found: Estimated) -> list[object]:
    gain = "" if found.gain is None else f"{found.gain.mean:+.4f} ({_interval(found.gain, '+')})"
    label = "mean of log" if name == "log" else name
    return [label, f"{found.value.mean:.4f} ({_interval(found.value)})", gain]


def _interval(value: PolicyValue, sign: str = "") -> str:
    return f"{value.low:{sign}.4f} to {value.high:{sign}.4f}"


def _place_cells(place: PlaceAttention) -> list[object]:
    return [place.place, f"{place.attention.mean:.3f}", _interval(place.attention), place.events]


def _tree(found: OffPolicyReport) -> dict[str, object]:
    estimates = found.estimates
    tree = {"log": found.log._asdict(), "left_out": found.left_out, "doubts": found.doubts}
    if estimates is None:
        return tree | {"estimates": None}
    named = {name: _estimated_tree(value) for name, value in estimates.by_estimator.items()}
    return tree | {"estimates": estimates._asdict() | {"by_estimator": named}}


def _estimated_tree(found: Estimated) -> dict[str, object]:
    return {"value": found.value._asdict(), "gain": found.gain and found.gain._asdict()}


def _attention_tree(found: AttentionReport) -> dict[str, object]:
    places = [place._asdict() | {"attention": place.attention._asdict()} for place in found.places]
    return {"log": found.log._asdict(), "left_out": found.left_out, "places": places}
