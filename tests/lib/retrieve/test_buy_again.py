"""What is due again comes first: known gaps, known answers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from palate.data.histories import Histories, History
from palate.retrieve.buy_again import BuyAgain, OwnPopularity, fit_buy_again
from palate.schema import DAY

START = 1_700_000_000
MILK, SOAP, PAN, NEVER = range(4)
GAP = {MILK: 7 * DAY, SOAP: 35 * DAY}
"""Of everybody, within a tenth; a pan is bought once, and the fourth item by nobody."""


def shopper(seed: int, weeks: int = 30) -> History:
    """Visits every week; milk and soap whenever they have run out, and one pan."""
    random = np.random.default_rng(seed)
    events = [(PAN, START + int(random.integers(weeks)) * 7 * DAY)]
    for item, gap in GAP.items():
        time = START + random.uniform(0, gap)
        while time < START + weeks * 7 * DAY:
            events.append((item, int(time)))
            time += gap * random.uniform(0.9, 1.1)
    items, times = zip(*sorted(events, key=lambda event: event[1]), strict=True)
    return History(np.array(items, np.int32), np.array(times, np.int64))


def block_of(shoppers: list[History]) -> Histories:
    ends = np.array([len(one.items) for one in shoppers], np.int32)
    return Histories(
        users=pa.array([str(user) for user in range(len(shoppers))]),
        offsets=np.concatenate([[0], np.cumsum(ends)]).astype(np.int64),
        items=np.concatenate([one.items for one in shoppers]),
        times=np.concatenate([one.times for one in shoppers]),
        train_end=ends,
        validation_end=ends,
    )


MODEL = fit_buy_again([block_of([shopper(seed) for seed in range(40)])], 4)


def had(*days: tuple[int, int]) -> History:
    """Items and the days on which they were taken."""
    items, when = zip(*days, strict=True)
    return History(np.array(items, np.int32), START + np.array(when, np.int64) * DAY)


def test_an_item_learns_its_usual_gap_and_how_often_it_comes_again() -> None:
    for item, gap in GAP.items():
        assert np.isclose(np.exp(MODEL.gap[item]), gap, rtol=0.15)
    assert MODEL.rate[MILK] > MODEL.rate[SOAP] > 0.6
    assert MODEL.rate[PAN] < 0.25


def test_what_is_due_comes_before_what_was_just_taken_and_before_what_is_never_taken_again() -> None:
    weekly = [(MILK, day) for day in range(0, 29, 7)]
    early = MODEL.scores([had((SOAP, 21), (PAN, 20), *weekly)])[0]
    late = MODEL.scores([had((SOAP, -6), (PAN, 20), *weekly)])[0]
    assert early[MILK] > late[SOAP] > early[SOAP]
    assert late[SOAP] > late[PAN]
    assert early[NEVER] < 1e-6


def test_what_was_not_taken_for_long_is_given_up() -> None:
    waits = [3, 40, 400]
    due = [MODEL.scores([had((SOAP, 0), (MILK, wait), (MILK, wait + 7))])[0][SOAP] for wait in waits]
    assert due[1] > due[0]
    assert due[1] > due[2]


def test_a_person_with_gaps_of_their_own_is_believed_the_more_they_show() -> None:
    def due(takes: int) -> float:
        """Of milk 14 days after the last of so many, for somebody who takes it every 21 days."""
        days = [21 * take for take in range(takes)]
        return float(MODEL.scores([had(*((MILK, day) for day in days), (PAN, days[-1] + 14))])[0][MILK])

    assert due(8) > due(1)


def test_events_of_one_visit_are_one_take() -> None:
    once, thrice = (
        had((MILK, 0), (MILK, 7)),
        History(np.array([MILK] * 4, np.int32), START + np.array([0, 5, 60, 7 * DAY], np.int64)),
    )
    np.testing.assert_allclose(MODEL.scores([once]), MODEL.scores([thrice]), rtol=1e-3)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300)), max_size=30))
def test_scores_are_chances_whatever_was_had(events: list[tuple[int, int]]) -> None:
    history = (
        had(*sorted(events, key=lambda event: event[1]))
        if events
        else History(np.zeros(0, np.int32), np.zeros(0, np.int64))
    )
    scores = MODEL.scores([history])
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert (scores <= 1 + 1e-5).all()


def test_next_takes_are_found_more_often_than_by_how_often_they_were_taken() -> None:
    """Items whose gaps differ, of which each person's next is the one whose time has come."""
    random = np.random.default_rng(5)
    gaps = 7 * DAY * random.integers(1, 12, 20)
    people = []
    for _ in range(60):
        own = random.choice(20, 6, replace=False)
        takes = [
            (int(item), START + int(moment))
            for item in own
            for moment in np.arange(random.uniform(0, gaps[item]), 300 * DAY, gaps[item])
        ]
        items, times = zip(*sorted(takes, key=lambda take: take[1]), strict=True)
        people.append(History(np.array(items, np.int32), np.array(times, np.int64)))
    known = [person.only(slice(None, -1)) for person in people]
    fitted = fit_buy_again([block_of(known)], 20)
    nexts = [person.items[-1] for person in people]
    found = {
        model.method: np.mean(model.scores(known).argmax(axis=1) == nexts)
        for model in (fitted, OwnPopularity(fitted.popularity))
    }
    assert found[BuyAgain.method] > 1.3 * found[OwnPopularity.method]
