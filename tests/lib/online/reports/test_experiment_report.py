"""Experiments in the store: what is read of the log by hand-counted answers, stops, and the guard."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest

from palate.errors import NotFound, PalateError
from palate.experiments import Experiment
from palate.experiments.comparison import ArmComparison, arm_difference, compare, experiment_report
from palate.experiments.confidence import ArmOutcome, ratio_bayes_factor
from palate.experiments.guard import harm, stop_harmful_arms
from palate.experiments.outcomes import ArmReading
from palate.experiments.settings import Guard
from palate.experiments.store import GIVEN, ArmState, ExperimentStore
from palate.experiments.tree import report_tree
from palate.online import LiveEvent, PostgresStore
from palate.online.impressions import ImpressionStore, ShownItem, ShownList
from palate.online.impressions.shown_list import arms_text, first_list_id, items_json
from palate.online.postgres.schema import SCHEMA_VERSION
from tests.support.online_helpers import TO_VERSION_5, fetch, run_with_store

HOUR = 3600
NOW = int(time.time())
ITEMS = items_json(ShownItem(item, score=1.0, sources={}) for item in "ab")


def wide(**changes: Any) -> Experiment:
    declared = {
        "name": "wide",
        "arms": {
            "control": {"share": 0.5},
            "treatment": {"share": 0.5, "settings": {"diversity": 0.5}},
        },
        "window_hours": 2,
    }
    return Experiment.model_validate(declared | changes)


def shown(user: str, hours_ago: float, number: int = 0, arm: str = "treatment", **arms: str) -> ShownList:
    at = NOW - int(hours_ago * HOUR)
    id_ = str(UUID(int=first_list_id(at).int + crc32(f"{user} {number}".encode())))
    arm_names = arms_text({"wide": arm, **arms})
    return ShownList(id_, at, user, version=2**62, kind="recommend", release="r", arm=arm_names, items=ITEMS)


def did(shown_list: ShownList, *, after_s: int = 60, item: str = "a", **fields: Any) -> LiveEvent:
    event = LiveEvent(
        id=f"{shown_list.id}-{after_s}-{item}",
        user=shown_list.user,
        item=item,
        kind="click",
        value=1.0,
        time=shown_list.time + after_s,
        list=shown_list.id,
    )
    return event._replace(**fields)


async def fill(store: PostgresStore, lists: Sequence[ShownList], events: Sequence[LiveEvent]) -> None:
    await ImpressionStore(store.database).keep(lists)
    await store.append(events)


def one_comparison(
    url: str, lists: Sequence[ShownList], events: Sequence[LiveEvent], experiment: Experiment | None = None
) -> ArmComparison:
    async def body(store: PostgresStore) -> ArmComparison:
        await fill(store, lists, events)
        return (await compare(ExperimentStore(store.database), experiment or wide(), ["treatment"]))[0]

    return run_with_store(url, body)


def test_users_count_once_by_their_own_share_of_lists(url: str) -> None:
    ann = [shown("ann", 9), shown("ann", 8.5, 1), shown("ann", 8, 2), shown("ann", 3, 3)]
    ben, cat = shown("ben", 5), shown("cat", 5, arm="control", other="x")
    events = [
        did(ann[0]),
        did(ann[0], after_s=70, item="b"),  # the same list again
        did(ann[1], kind="purchase"),
        did(ann[2], after_s=2 * HOUR),  # after the window
        did(ann[3]),  # a list after the window
        did(ben, user="eve"),
        did(ben, item="z"),  # not on the list
        did(cat),
    ]
    found = one_comparison(url, [*ann, ben, cat], events)
    assert found.treatment.clicks == ArmOutcome(
        2, pytest.approx((1 / 3 + 0) / 2), pytest.approx(1 / 18), responders=1
    )
    assert found.treatment.conversions[:2] == (2, pytest.approx(1 / 6))
    assert found.control.clicks == ArmOutcome(1, 1.0, 0.0, 1)
    assert (found.control.assigned, found.treatment.assigned) == (1, 2)


def test_who_waits_or_moved_is_told_apart_and_not_counted(embedded_url: str) -> None:
    lists = [shown("new", 1), shown("moved", 9), shown("moved", 8, 1, arm="control"), shown("old", 9)]
    found = one_comparison(embedded_url, lists, [])
    assert (found.treatment.assigned, found.treatment.clicks.users) == (2, 1)
    assert found.control.moved + found.treatment.moved == 1


def test_lists_before_the_experiments_beginning_do_not_count(embedded_url: str) -> None:
    since = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(NOW - 6 * HOUR))}Z"
    found = one_comparison(embedded_url, [shown("old", 9), shown("new", 5)], [], wide(since=since))
    assert found.treatment.assigned == 1


def test_an_arm_that_is_stopped_counts_until_then_and_begins_anew_when_it_is_resumed(
    embedded_url: str,
) -> None:
    async def body(store: PostgresStore) -> None:
        experiments = ExperimentStore(store.database)
        await fill(store, [shown("a", 9), shown("b", 5, arm="control")], [])
        assert await experiments.stop("wide", "treatment", "harm")
        assert not await experiments.stop("wide", "treatment", "harm again")
        stopped = (await experiments.states())["wide", "treatment"]
        assert stopped.reason == "harm"
        assert stopped.stopped_at == pytest.approx(time.time(), abs=60)
        found = (await compare(experiments, wide(), ["treatment"]))[0]
        assert (found.until, found.treatment.assigned) == (stopped.stopped_at, 1)
        await experiments.resume("wide", "treatment")
        resumed = (await experiments.states())["wide", "treatment"]
        assert resumed.stopped_at is None
        found = (await compare(experiments, wide(), ["treatment"]))[0]
        assert (found.since, found.treatment.assigned) == (resumed.counts_from, 0)
        assert not await experiments.stop("wide", "treatment", "seen before it was resumed", GIVEN)
        assert await experiments.stop("wide", "treatment", "harm again", resumed)
        with pytest.raises(PalateError, match="is not stopped"):
            await experiments.resume("wide", "control")

    run_with_store(embedded_url, body)


def test_declarations_are_kept_and_the_last_one_counts(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        experiments = ExperimentStore(store.database)
        await experiments.declare([wide(), wide(name="other")])
        await experiments.declare([wide(window_hours=5)])
        assert list(await experiments.declared()) == ["other", "wide"]
        assert (await experiments.experiment("wide")).window_hours == 5
        with pytest.raises(NotFound, match="no experiment 'nothing'"):
            await experiments.experiment("nothing")

    run_with_store(url, body)


def test_of_all_gateways_one_looks_for_harm_in_a_while(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        experiments = ExperimentStore(store.database)
        await experiments.declare([wide()])
        assert [await experiments.claim_look(wide(), 300) for _ in range(3)] == [True, False, False]
        assert await experiments.claim_look(wide(), 0.0)

    run_with_store(embedded_url, body)


def test_the_guard_stops_an_arm_that_nobody_clicks_in_for_every_replica(embedded_url: str) -> None:
    users = [(f"{arm}{number}", arm) for arm in ("control", "treatment") for number in range(200)]
    lists = [shown(user, 5, arm=arm) for user, arm in users]
    events = [did(each) for each in lists if "control" in each.arm and not each.user.endswith("0")]

    async def body(store: PostgresStore) -> None:
        await fill(store, lists, events)
        here, there = ExperimentStore(store.database), ExperimentStore(store.database)
        await here.declare([wide()])
        await stop_harmful_arms(here, wide())
        assert "points below control's" in (await there.states())["wide", "treatment"].reason
        told = report_tree(await experiment_report(there, "wide"))["comparisons"][0]
        assert told["stopped"] == (await there.states())["wide", "treatment"].reason
        assert told["clicks"]["words"].startswith("worse than control: -")
        assert told["conversions"]["words"].startswith("too few users yet")
        assert told["split"]["as_declared"]

    run_with_store(embedded_url, body)


def comparison(control: float, treatment: float, users: int = 2000, lost: int = 0) -> ArmComparison:
    """Of arms with such shares of users with a click."""
    experiment = wide()
    arms = [ArmOutcome(users, mean, mean * (1 - mean), round(mean * users)) for mean in (control, treatment)]
    readings = [ArmReading(users - gone, 0, arm, arm) for arm, gone in zip(arms, (0, lost), strict=True)]
    found = arm_difference(experiment, *arms)
    factor = ratio_bayes_factor(users, users - lost, 0.5)
    return ArmComparison("treatment", ArmState(), 0, 9, *readings, found, found, factor)


def test_harm_is_what_lies_wholly_below_what_the_guard_tolerates() -> None:
    assert harm(comparison(0.5, 0.4), Guard()) is not None
    assert harm(comparison(0.5, 0.4), Guard(margin=0.3)) is None
    assert harm(comparison(0.5, 0.3), Guard(margin=0.3, outcome="conversions")) is not None
    assert harm(comparison(0.5, 0.49), Guard()) is None
    assert harm(comparison(0.4, 0.5), Guard()) is None


def test_words_say_what_is_known() -> None:
    assert comparison(0.5, 0.49).words("clicks").startswith("no difference shown yet: -")
    assert comparison(0.4, 0.5).words("clicks").startswith("better than control: +")
    assert comparison(0.5, 0.4, users=50).words("conversions").startswith("too few users yet")


def test_where_users_are_not_split_as_declared_nothing_is_said_and_nothing_stopped() -> None:
    found = comparison(0.5, 0.4, lost=500)
    assert found.words("clicks").startswith("do not read this: 2,000 users of control and 1,500 of treatment")
    assert harm(found, Guard()) is None


def test_tables_of_version_5_gain_the_experiments(url: str) -> None:
    async def go_back(store: PostgresStore) -> None:
        for statement in TO_VERSION_5:
            await store.database.rows(statement)

    async def body(store: PostgresStore) -> None:
        await ExperimentStore(store.database).declare([wide()])
        assert list(await ExperimentStore(store.database).declared()) == ["wide"]

    run_with_store(url, go_back)
    run_with_store(url, body)
    assert fetch(url, "SELECT version FROM palate_schema") == [(SCHEMA_VERSION,)]
