"""Influences are those of hand-worked examples, and evidence holds what carries a recommendation."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from palate.data.histories import Feedback, Histories, History
from palate.errors import PalateError
from palate.explain import (
    Attribute,
    Descriptions,
    EventReading,
    Evidence,
    ItemInfluence,
    RecommendedItem,
    Sentiment,
    build_evidence,
    contributions_of,
    leave_one_out,
    recent_items,
    shapley,
)
from palate.explain.evidence.influence import Items, LeftOut, Score, Scores
from tests.support.worlds.explanations import CATALOGUE, COLUMNS, DESCRIPTIONS, FILMS

TITLES = list(FILMS)
WEIGHTS = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


def history_of(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))


def left(parts: Sequence[int], left_out: Sequence[LeftOut]) -> list[list[int]]:
    """The parts that are left in each list."""
    return [[part for part in parts if part not in gone] for gone in left_out]


def linear(*parts: int) -> Score:
    """Every part adds its weight."""
    return lambda left_out, items: np.array(
        [WEIGHTS[there][:, items].sum(axis=0) for there in left(parts, left_out)], np.float32
    )


def greatest(*parts: int) -> Score:
    """Item 0 scores the greatest part, 3 and 4 alike; nothing scores 0."""
    return lambda left_out, items: np.array(
        [[min(3, max(there, default=0))] for there in left(parts, left_out)], np.float32
    )


ALL = np.arange(3, dtype=np.int32)
FIRST = np.zeros(1, np.int32)


def test_leaving_out_one_item_of_a_linear_scorer_takes_its_weight_away() -> None:
    influence = leave_one_out([2, 1, 4], ALL, linear(2, 1, 4))
    np.testing.assert_allclose(influence, WEIGHTS[[2, 1, 4]], rtol=1e-5)


def test_all_leave_one_outs_are_one_batch() -> None:
    batches: list[list[LeftOut]] = []

    def noting(left_out: Sequence[LeftOut], items: Items) -> Scores:
        batches.append(list(left_out))
        return linear(4, 1, 2)(left_out, items)

    leave_one_out([4, 1, 2], ALL, noting)
    assert batches == [[(), (4,), (1,), (2,)]]


def test_parts_that_stand_in_for_each_other_share_a_shapley_value_and_have_no_influence() -> None:
    parts = [4, 3, 2, 1]
    assert leave_one_out(parts, FIRST, greatest(*parts)).ravel().tolist() == [0, 0, 0, 0]
    values = shapley(parts, FIRST, greatest(*parts), permutations=2000).ravel()
    # The first unit is shared by four parts, the second by three, the third by two.
    expected = [1 / 4 + 1 / 3 + 1 / 2, 1 / 4 + 1 / 3 + 1 / 2, 1 / 4 + 1 / 3, 1 / 4]
    np.testing.assert_allclose(values, expected, atol=0.06)


def test_shapley_values_of_a_linear_scorer_are_its_weights() -> None:
    values = shapley([3, 0], ALL, linear(0, 3), permutations=3)
    np.testing.assert_allclose(values, WEIGHTS[[3, 0]], rtol=1e-4)


def test_shapley_values_add_up_to_the_relevance_for_any_number_of_permutations() -> None:
    for permutations in (1, 7):
        values = shapley([2, 3, 1], FIRST, greatest(1, 3, 2), permutations)
        assert values.sum() == pytest.approx(3)


def test_shapley_values_are_drawn_by_the_seed() -> None:
    first, again, other = (
        shapley([3, 2, 1], FIRST, greatest(1, 2, 3), permutations=2, seed=seed).tolist() for seed in (1, 1, 2)
    )
    assert first == again != other


def test_sampling_without_a_permutation_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one permutation"):
        shapley([1], FIRST, greatest(1), permutations=0)


def test_without_parts_there_are_no_influences() -> None:
    assert leave_one_out([], ALL, linear()).shape == (0, 3)
    assert shapley([], ALL, linear()).shape == (0, 3)


def test_recent_items_are_those_of_the_last_events_the_newest_first() -> None:
    assert recent_items(history_of(*range(60))).tolist() == list(range(59, 9, -1))
    assert recent_items(history_of(1, 2, 1)).tolist() == [1, 2]


HISTORY = ["Heat", "Casablanca", "Alien"]
SIGNALS = [Feedback("event", 5.0), Feedback("event", 3.0), Feedback("watch", 1.0)]
READING = EventReading(liked_from=4, disliked_to=2, rated_kinds=frozenset({"event", "watch"}))


def gathered(reasons: Sequence[str], others: Sequence[str] = ()) -> Evidence:
    """Evidence for Aliens of somebody who did as `SIGNALS` say, with influences that fall from 3."""
    told = [*reasons, *others]
    influences = [ItemInfluence(TITLES.index(title), 3.0 - place, 20) for place, title in enumerate(told)]
    recommended = RecommendedItem(
        TITLES.index("Aliens"),
        reasons=tuple(influences[: len(reasons)]),
        others=tuple(influences[len(reasons) :]),
        place=2,
        place_without=40,
    )
    items = np.array([TITLES.index(title) for title in HISTORY], np.int32)
    return build_evidence(recommended, items, SIGNALS, descriptions=DESCRIPTIONS, reading=READING)


def test_evidence_holds_the_reasons_with_what_they_share_and_how_far_the_item_falls() -> None:
    found = gathered(["Alien", "Heat"], ["Casablanca"])
    alien, heat = found.supporting_items
    assert [alien.description.title, heat.description.title] == ["Alien", "Heat"]
    assert (alien.influence, alien.sentiment, alien.verb) == (3.0, Sentiment.DISLIKED, "watched")
    assert (heat.influence, heat.sentiment, heat.verb) == (2.0, Sentiment.LIKED, "took")
    assert [shared.value for shared in heat.shared] == ["action", "thriller"]
    assert [each.description.title for each in found.others] == ["Casablanca"]
    assert (found.place, found.place_without, alien.place_without) == (2, 40, 20)


def test_what_was_disliked_is_named_like_any_other_reason() -> None:
    found = gathered(["Alien", "Heat"])
    assert found.named == found.supporting_items
    assert found.shared_categories == ("action", "thriller")


def test_a_text_rests_on_its_reasons_and_on_what_was_thought_of_them_but_on_nothing_else() -> None:
    assert gathered(["Alien", "Heat"]).rests_on() == gathered(["Heat", "Alien"], ["Casablanca"]).rests_on()
    assert gathered(["Alien"]).rests_on() != gathered(["Heat"]).rests_on()


def test_of_a_repeated_item_the_last_opinion_counts() -> None:
    recommended = RecommendedItem(TITLES.index("Aliens"), (ItemInfluence(TITLES.index("Heat"), 1.0),))
    items = np.full(2, TITLES.index("Heat"), np.int32)
    (found,) = build_evidence(recommended, items, SIGNALS[:2], DESCRIPTIONS, READING).supporting_items
    assert found.sentiment is Sentiment.NEUTRAL


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        (Feedback("event", 4.0), Sentiment.LIKED),
        (Feedback("event", 3.0), Sentiment.NEUTRAL),
        (Feedback("event", 2.0), Sentiment.DISLIKED),
        (Feedback("dislike", 5.0), Sentiment.DISLIKED),
        (Feedback("like", 1.0), Sentiment.LIKED),
    ],
)
def test_kind_and_value_say_what_somebody_thought(feedback: Feedback, expected: Sentiment) -> None:
    assert READING.sentiment(feedback) is expected


def test_without_thresholds_no_value_says_what_somebody_thought() -> None:
    assert EventReading().sentiment(Feedback("event", 5.0)) is Sentiment.NEUTRAL


def test_signals_of_a_user_are_those_of_the_block() -> None:
    block = Histories(
        users=pa.array(["a", "b"]),
        offsets=np.array([0, 1, 3]),
        items=np.array([0, 1, 2], np.int32),
        times=np.arange(3),
        train_end=np.ones(2, np.int32),
        validation_end=np.ones(2, np.int32),
    )
    assert block.whole(1).feedback == [Feedback("event", 1.0)] * 2
    kinds = pa.array(["view", "like", "hide"]).dictionary_encode()
    known = replace(block, kinds=kinds, values=np.array([1, 2, 3], np.float32))
    assert known.whole(1).feedback == [Feedback("like", 2.0), Feedback("hide", 3.0)]


def test_contributions_are_weights_times_scores() -> None:
    found = contributions_of(
        {"sequence": 0.5, "ease-recent": 0.1, "popularity": 99.0},
        {"sequence": 1.0, "ease-recent": 7.0},
        {"sequence": 3},
    )
    assert [each.place_without for each in found] == [None, 3]
    assert [each.source for each in found] == ["ease-recent", "sequence"]
    assert [each.amount for each in found] == pytest.approx([0.7, 0.5])


def test_descriptions_spell_categories_and_years_naturally() -> None:
    by_title = {each.title: each for each in DESCRIPTIONS.items}
    assert by_title["Aliens"].categories == ("action", "science fiction", "thriller", "war")
    assert by_title["Bubble Bath"].categories == ("bath", "skin care")
    assert by_title["???"].categories == ()
    assert (by_title["Aliens"].year, by_title["It"].year) == ("1986", "")


def test_a_date_is_told_as_its_year_and_seconds_are_not() -> None:
    table = (
        CATALOGUE.slice(0, 4)
        .drop_columns("year")
        .append_column("year", [["1995-07-01", "1995.0", "804556800", "soon"]])
    )
    assert [each.year for each in Descriptions.of(table, COLUMNS).items] == ["1995", "1995", "", ""]


def test_further_columns_are_facts_by_their_name() -> None:
    table = CATALOGUE.slice(0, 1).append_column("director", [["Ridley Scott"]])
    assert (
        Attribute("director", "Ridley Scott")
        in Descriptions.of(table, COLUMNS, ["director"]).items[0].attributes
    )
    with pytest.raises(PalateError, match="'writer', but the catalogue has no such column"):
        Descriptions.of(table, COLUMNS, ["writer"])


def test_explaining_needs_no_models() -> None:
    code = "import sys, palate.explain; sys.exit('torch' in sys.modules or 'faiss' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_value_of_a_click_says_nothing_of_an_opinion() -> None:
    assert EventReading(disliked_to=2).sentiment(Feedback("click", 1.0)) is Sentiment.NEUTRAL
    assert EventReading(disliked_to=2).sentiment(Feedback("rating", 1.0)) is Sentiment.DISLIKED
