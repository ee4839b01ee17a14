"""`palate report experiment`: what came of the arms of an experiment."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.experiments.stored import ask_experiments
from jobs.cli.options import STORE, AsJson, Store
from jobs.cli.output import show_json, show_line, show_table
from palate.experiments.comparison import NOUNS, ArmComparison, experiment_report, moment
from palate.experiments.settings import Outcome
from palate.experiments.tree import report_tree

COLUMNS = ("arm", "outcome", "users", "of control", "rate", "of control", "difference", "interval")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The experiment.")]


def experiment(name: Name, store: Store = STORE, as_json: AsJson = False) -> None:
    """Tell whether an arm is better or worse than control, as often as you like.

    The intervals hold at all times at once, so looking every day misleads nobody. A user counts once, by the
    share of their own lists that led to an event, when the window after their first list is over.

    [bold]Example[/bold]

      palate report experiment more-diverse --store postgresql://palate@db/palate
    """
    report = ask_experiments(store, lambda experiments: experiment_report(experiments, name))
    if as_json:
        show_json(report_tree(report))
        return
    rows = [_cells(found, outcome) for found in report.comparisons for outcome in NOUNS]
    show_table(f"Experiment {name}, each arm beside {report.experiment.control}", COLUMNS, rows)
    for found in report.comparisons:
        _show_words(found)


def _show_words(found: ArmComparison) -> None:
    waiting = found.control.assigned + found.treatment.assigned
    waiting -= found.control.clicks.users + found.treatment.clicks.users
    for outcome, noun in NOUNS.items():
        show_line(f"{found.arm}, by {noun}: {found.words(outcome)}")
    show_line(f"{found.arm}: the window of {waiting:,} more users is not over, or was cut by a stop")
    if found.state.stopped_at is not None:
        show_line(f"{found.arm} is stopped since {moment(found.state.stopped_at)} UTC: {found.state.reason}")
    elif found.state.counts_from:
        show_line(f"{found.arm} is given again, and counts, since {moment(found.since)} UTC")


def _cells(found: ArmComparison, outcome: Outcome) -> list[object]:
    control, treatment = (getattr(arm, outcome) for arm in (found.control, found.treatment))
    difference = getattr(found, outcome)
    interval = ("", "")
    if difference is not None:
        interval = (f"{difference.mean:+.4f}", f"{difference.low:+.4f} to {difference.high:+.4f}")
    rates = (f"{treatment.mean:.4f}", f"{control.mean:.4f}")
    return [found.arm, outcome, treatment.users, control.users, *rates, *interval]
