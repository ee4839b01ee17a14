"""Place-based estimates and attention: exact where every draw is enumerated, and right on a large log."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.off_policy.draws import CandidatePool, Draws, read_draws
from palate.off_policy.examination import AttentionEstimator, PlaceAttention
from palate.off_policy.explored_lists import LogSize
from palate.off_policy.place_estimates import LoggedPlaces, PlaceEstimates, PlaceEstimator
from palate.off_policy.report import AttentionReport
from palate.off_policy.user_sums import UserSums
from palate.off_policy.whole_lists import PolicyValue
from palate.rank.filters.cut import cut
from palate.rank.filters.exploration import explore
from tests.support.worlds.filters import facts_of, ranked_of, wanted_of

POOL = CandidatePool(tuple("abcde"), np.array([8.0, 4, 2, 1, 1]))
WORTH = dict(zip("abcde", [0.5, 0.1, 0.6, 0.3, 0.9], strict=True))
ATTENTION = np.array([1.0, 0.5, 0.25])
K, HEAD = 3, 1


class Course(NamedTuple):
    """One course of the draws, and how likely it is."""

    probability: float
    items: tuple[str, ...]
    propensities: NDArray[np.float64]


def courses(head: int = HEAD, pool: CandidatePool = POOL) -> Iterator[Course]:
    """Every order in which the places below the head can be drawn."""
    for ranks in permutations(range(head, len(pool.items)), K - head):
        drawn, left = {}, pool.scores[head:].sum()
        for rank in ranks:
            drawn[rank], left = pool.scores[rank] / left, left - pool.scores[rank]
        rows = [*range(head), *sorted(drawn)]
        propensities = np.array([drawn.get(row, 1.0) for row in rows])
        yield Course(float(np.prod(propensities)), tuple(pool.items[row] for row in rows), propensities)


def read(course: Course, pool: CandidatePool = POOL) -> Draws:
    draws = read_draws(pool, course.items, course.propensities)
    assert draws is not None
    return draws


def expected(course: Course) -> NDArray[np.float64]:
    """The probability of an event at each place."""
    return ATTENTION * [WORTH[item] for item in course.items]


def earned(other: str) -> float:
    return float(sum(attention * WORTH[item] for attention, item in zip(ATTENTION, other, strict=True)))


@pytest.mark.parametrize("head", [0, 1, 2])
def test_weights_of_every_item_that_could_be_drawn_are_1_on_average(head: int) -> None:
    means = dict.fromkeys(POOL.items, 0.0)
    for course in courses(head):
        for item, weight in zip(course.items, read(course).weights, strict=True):
            means[item] += course.probability * weight
    assert list(means.values()) == pytest.approx([1.0] * 5)


def test_draws_are_read_back_in_their_order() -> None:
    course = next(
        course for course in courses() if course.items == ("a", "c", "e") and course.propensities[2] == 1 / 8
    )
    assert read(course).places.tolist() == [2, 1]


@pytest.mark.parametrize("other", ["abc", "eda", "bea"])
def test_estimates_are_the_truth_where_every_course_is_as_frequent_as_it_is_likely(other: str) -> None:
    """Expected events take the place of drawn ones, and users that of repetitions."""
    found = enumerated(ATTENTION, other)
    truth = earned(other)
    assert found.by_estimator["ips"].value.mean == pytest.approx(truth)
    assert found.by_estimator["snips"].value.mean == pytest.approx(truth)
    assert found.by_estimator["doubly robust"].value.mean == pytest.approx(truth)
    assert found.overlap == 1


def test_without_the_attention_items_from_below_count_for_too_little() -> None:
    assert enumerated(np.ones(K), "eda").by_estimator["ips"].value.mean < 0.8 * earned("eda")


def enumerated(attention: NDArray[np.float64], other: str) -> PlaceEstimates:
    """Estimates from a log of all courses, each in its share of the lists, which are whole numbers."""
    estimator = PlaceEstimator(attention)
    for number, course in enumerate(courses()):
        logged = LoggedPlaces((str(number),), course.items, expected(course))
        for _ in range(round(672 * course.probability)):
            estimator.add(logged, read(course), POOL, other)
    found = estimator.estimates()
    assert found is not None
    return found


def test_items_that_had_no_chance_are_no_overlap() -> None:
    found = enumerated(ATTENTION, "azy")
    assert found.overlap == pytest.approx(1 / 1.75)
    assert found.by_estimator["ips"].value.mean == pytest.approx(0.5)


def test_lists_without_an_item_have_no_overlap_and_earn_nothing() -> None:
    found = enumerated(ATTENTION, "")
    assert (found.overlap, found.effective_lists) == (0, 0)
    assert found.by_estimator["ips"].value == (0, 0, 0)
    assert "snips" not in found.by_estimator


def test_a_list_that_the_pool_does_not_explain_is_refused() -> None:
    course = next(courses())
    assert read_draws(POOL, ("b", *course.items[1:]), course.propensities) is None
    assert read_draws(POOL, course.items, course.propensities * [1, 0.9, 1]) is None
    assert read_draws(POOL, (*course.items[:2], "z"), course.propensities) is None
    other = POOL._replace(scores=POOL.scores * [1, 1, 1, 1, 3])
    assert read_draws(other, course.items, course.propensities) is None


def test_a_list_of_the_whole_pool_left_nothing_to_chance() -> None:
    pool = CandidatePool(tuple("abc"), np.array([3.0, 2, 1]))
    draws = read_draws(pool, ("a", "b", "c"), np.array([1, 2 / 3, 1]))
    assert draws is not None
    assert draws.weights.tolist() == [1, 1, 1]


def test_lists_of_the_filter_itself_are_read_and_estimated_within_their_intervals() -> None:
    rng, ranked, facts = np.random.default_rng(0), ranked_of(*enumerate(POOL.scores)), facts_of([set()] * 5)
    estimator, looked_at = PlaceEstimator(ATTENTION), AttentionEstimator(K)
    for number in range(4000):
        wanted = wanted_of(K, explore=1.0, seed=number)
        kept = cut(explore(ranked, wanted, facts).kept, wanted, facts).kept
        assert kept.propensities is not None
        items = tuple(POOL.items[item] for item in kept.items)
        draws = read_draws(POOL, items, kept.propensities.astype(float))
        assert draws is not None
        acted = rng.random(K) < ATTENTION * [WORTH[item] for item in items]
        logged = LoggedPlaces((str(number // 2),), items, acted)
        estimator.add(logged, draws, POOL, "eca")
        looked_at.add(logged, draws, POOL)
    found = estimator.estimates()
    assert found is not None
    for name in ("ips", "snips", "doubly robust"):
        value = found.by_estimator[name].value
        assert value.low < earned("eca") < value.high
        assert value.mean == pytest.approx(earned("eca"), rel=0.1)
    log = found.by_estimator["log"].value
    assert not log.low < earned("eca") < log.high
    for place in looked_at.attention():
        assert place.attention.low <= ATTENTION[place.place - 1] <= place.attention.high
        assert place.attention.mean == pytest.approx(ATTENTION[place.place - 1], rel=0.15)


def test_attention_is_the_truth_where_every_course_is_as_frequent_as_it_is_likely() -> None:
    estimator = AttentionEstimator(K)
    pool = CandidatePool(tuple("abcd"), np.array([3.0, 1, 1, 1]))
    for number, course in enumerate(courses(head=0, pool=pool)):
        logged = LoggedPlaces((str(number),), course.items, expected(course))
        for _ in range(round(360 * course.probability)):
            estimator.add(logged, read(course, pool), pool)
    found = estimator.attention()
    assert [place.attention.mean for place in found] == pytest.approx(ATTENTION.tolist())


def test_attention_to_places_that_were_never_drawn_is_unknown() -> None:
    estimator = AttentionEstimator(K)
    for number, course in enumerate(courses()):
        logged = LoggedPlaces((str(number),), course.items, np.ones(K))
        for _ in range(40):
            estimator.add(logged, read(course), POOL)
    assert [place.place for place in estimator.attention()] == [2, 3]


def test_intervals_take_lists_of_one_user_as_dependent() -> None:
    rng, dependent, independent = np.random.default_rng(0), UserSums(2), UserSums(2)
    for user, value in enumerate(rng.normal(size=400)):
        for repetition in range(9):
            terms = np.array([value, 1.0])
            dependent.add((str(user),), terms)
            independent.add((str(user), str(repetition)), terms)
    over, under = np.eye(2)
    wide, narrow = (sums.interval(sums.ratio(over, under)) for sums in (dependent, independent))
    assert wide.mean == narrow.mean
    assert wide.high - wide.low == pytest.approx(3 * (narrow.high - narrow.low), rel=0.01)


def test_attention_with_a_wide_interval_is_not_to_be_used() -> None:
    known = PlaceAttention(2, PolicyValue(0.5, low=0.4, high=0.7), events=400)
    vague = PlaceAttention(3, PolicyValue(0.5, low=0.2, high=0.9), events=20)
    log = LogSize(shown=9, explored=9, longest=3)
    assert not AttentionReport(log, {}, [known]).uncertain
    assert AttentionReport(log, {}, [known, vague]).uncertain
