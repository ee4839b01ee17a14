"""Each filter does to known rankings what its rule says, and to any ranking what all filters promise."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from palate.config.rerank import ColumnsConfig
from palate.errors import PalateError
from palate.rank.filters import FILTERS, ItemFacts, RankedItems, item_categories
from palate.rank.filters.available import remove_unavailable
from palate.rank.filters.base import Filter
from palate.rank.filters.boosts import boost_categories
from palate.rank.filters.caps import cap_categories
from palate.rank.filters.categories import remove_categories
from palate.rank.filters.cut import cut
from palate.rank.filters.dismissed import remove_dismissed
from palate.rank.filters.diversity import diversify
from palate.rank.filters.duplicates import remove_duplicates
from palate.rank.filters.excluded import remove_excluded
from palate.rank.filters.exploration import explore
from palate.rank.filters.freshness import boost_fresh, remove_old
from palate.rank.filters.seen import remove_seen
from palate.schema import ITEM, TITLE
from tests.support.worlds.filters import World, facts_of, ranked_of, wanted_of, worlds

REORDERING = (diversify, explore)
RESCORING = (boost_fresh, boost_categories)

THREE = ranked_of((0, 0.5), (1, 0.3), (2, 0.2))
KINDS = [{"comedy"}, {"drama", "war"}, {"comedy", "war"}]


def each_but(*others: Filter) -> pytest.MarkDecorator:
    """Run a test with every filter but these."""
    chosen = [each for each in FILTERS if each not in others]
    return pytest.mark.parametrize("filter_", chosen, ids=lambda each: each.__name__)


def fall(ranked: RankedItems) -> bool:
    pairs = list(zip((-ranked.scores).tolist(), ranked.items.tolist(), strict=True))
    return pairs == sorted(pairs)


@each_but(cut)
@settings(max_examples=40)
@given(world=worlds())
def test_kept_and_removed_are_what_came_in(world: World, filter_: Filter) -> None:
    kept, removed = filter_(*world)
    after = [*kept.items.tolist(), *(one.item for one in removed)]
    assert sorted(after) == sorted(world.ranked.items.tolist())
    assert all(one.reason and one.filter for one in removed)
    assert kept.items.dtype == np.int32
    assert kept.scores.dtype == np.float32


@each_but(*REORDERING)
@settings(max_examples=40)
@given(world=worlds())
def test_scores_of_what_is_kept_still_fall(world: World, filter_: Filter) -> None:
    assert fall(filter_(*world).kept)


@each_but(*RESCORING)
@settings(max_examples=40)
@given(world=worlds())
def test_scores_stay_with_their_items(world: World, filter_: Filter) -> None:
    before = dict(zip(world.ranked.items.tolist(), world.ranked.scores.tolist(), strict=True))
    kept = filter_(*world).kept
    assert [before[item] for item in kept.items.tolist()] == kept.scores.tolist()


@each_but(*REORDERING, *RESCORING)
@settings(max_examples=40)
@given(world=worlds())
def test_second_time_changes_nothing(world: World, filter_: Filter) -> None:
    once = filter_(*world).kept
    again, removed = filter_(once, world.wanted, world.facts)
    assert again.items.tolist() == once.items.tolist()
    assert removed == []


@each_but()
@pytest.mark.parametrize("rules", [{}, {"diversity": 0.5, "explore": 0.5, "per_category": 1, "freshness": 1}])
def test_nothing_comes_of_nothing(filter_: Filter, rules: dict[str, object]) -> None:
    nothing = RankedItems(np.zeros(0, np.int32), np.zeros(0, np.float32))
    kept, removed = filter_(nothing, wanted_of(3, np.array([1], np.int32), **rules), facts_of(KINDS))
    assert len(kept.items) == len(kept.scores) == len(removed) == 0


@each_but()
def test_without_rules_a_ranking_stays_as_it_is(filter_: Filter) -> None:
    kept, removed = filter_(THREE, wanted_of(), facts_of(KINDS))
    assert kept.items.tolist() == THREE.items.tolist()
    assert kept.scores.tolist() == THREE.scores.tolist()
    assert removed == []


def test_seen_excluded_and_unavailable_items_go_each_with_its_reason() -> None:
    wanted = wanted_of(seen=np.array([2, 9], np.int32), exclude=np.array([0], np.int32))
    facts = facts_of(KINDS, available=[True, False, True])
    assert remove_seen(THREE, wanted, facts).removed == [(2, "seen", "the history has it")]
    assert remove_excluded(THREE, wanted, facts).removed == [(0, "excluded", "the request excludes it")]
    kept, removed = remove_unavailable(THREE, wanted, facts)
    assert removed == [(1, "available", "the catalogue marks it as unavailable")]
    assert kept.items.tolist() == [0, 2]


def test_allow_goes_before_deny_and_both_say_so() -> None:
    kept, removed = remove_categories(THREE, wanted_of(allow="Comedy", deny="war"), facts_of(KINDS))
    assert kept.items.tolist() == [0]
    assert [(one.item, one.reason) for one in removed] == [
        (1, "its categories do not match allow: Comedy"),
        (2, "its categories match deny: war"),
    ]


def test_old_items_go_and_those_of_unknown_date_stay() -> None:
    facts = facts_of(KINDS, dates=[1980, np.nan, 1990])
    kept, removed = remove_old(THREE, wanted_of(not_before=1990), facts)
    assert kept.items.tolist() == [1, 2]
    assert removed == [(0, "freshness", "its date is before 1990")]


@pytest.mark.filterwarnings("error")
def test_dates_keep_to_their_precision_and_extremes_do_no_harm() -> None:
    facts = facts_of(KINDS, dates=[19950701, 20000101, np.nan])
    assert remove_old(THREE, wanted_of(not_before=19950701), facts).removed == []
    assert remove_old(THREE, wanted_of(not_before=1e300), facts).kept.items.tolist() == [2]
    kept, _ = boost_fresh(THREE, wanted_of(freshness=1, half_life=5e-324), facts)
    np.testing.assert_allclose(kept.scores, [0.6, 0.5, 0.2], rtol=1e-6)


def test_freshness_halves_with_the_half_life_from_the_newest_date_of_the_catalogue() -> None:
    facts = facts_of([{"a"}] * 4, dates=[1990, np.nan, 2000, 2010])
    kept, _ = boost_fresh(THREE, wanted_of(freshness=4, half_life=10), facts)
    # 2000 is one half-life before 2010, 1990 two: factors 1 + 4/2 and 1 + 4/4.
    assert kept.items.tolist() == [0, 2, 1]
    np.testing.assert_allclose(kept.scores, [0.5 * 2, 0.2 * 3, 0.3], rtol=1e-6)


def test_boosts_multiply_and_order_anew() -> None:
    boosts = [{"match": "war", "factor": 4}, {"match": "comedy", "factor": 0.5}]
    kept, removed = boost_categories(THREE, wanted_of(boosts=boosts), facts_of(KINDS))
    assert kept.items.tolist() == [1, 2, 0]
    np.testing.assert_allclose(kept.scores, [0.3 * 4, 0.2 * 2, 0.5 * 0.5], rtol=1e-6)
    assert removed == []


def test_boosted_scores_that_are_equal_go_by_the_item() -> None:
    ranked, facts = ranked_of((2, 0.5), (0, 0.25)), facts_of([{"drama"}, set(), set()])
    kept, _ = boost_categories(ranked, wanted_of(boosts=[{"match": "drama", "factor": 2}]), facts)
    assert kept.items.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("share", "k", "listed"),
    [(0.0, 2, [0, 1]), (0.5, 2, [0, 3]), (0.5, 4, [0, 3, 1, 4]), (1.0, 2, [3, 4]), (1.0, 5, [3, 4, 0, 1, 2])],
)
def test_a_boost_with_a_share_has_that_of_the_list_where_there_is_as_much(
    share: float, k: int, listed: list[int]
) -> None:
    ranked = ranked_of((0, 0.5), (1, 0.4), (2, 0.3), (3, 0.02), (4, 0.01))
    facts = facts_of([set(), set(), set(), {"war"}, {"war"}])
    wanted = wanted_of(k=k, boosts=[{"match": "war", "factor": 1, "share": share}])
    kept, _ = boost_categories(ranked, wanted, facts)
    assert sorted(kept.items[:k].tolist()) == sorted(listed)
    assert kept.items.tolist().index(3) < kept.items.tolist().index(4)


@pytest.mark.parametrize("factor", [100.0, 0.001])
def test_boosts_beyond_float32_stay_positive_and_finite(factor: float) -> None:
    boosts = [{"match": "comedy", "factor": factor}] * 50
    kept, _ = boost_categories(THREE, wanted_of(boosts=boosts), facts_of(KINDS))
    assert np.isfinite(kept.scores).all()
    assert (kept.scores > 0).all()


def test_same_title_but_for_case_and_space_is_listed_once() -> None:
    facts = facts_of(KINDS, titles=["The  Thing", "Heat", " the thing"])
    kept, removed = remove_duplicates(ranked_of((2, 0.5), (1, 0.3), (0, 0.2)), wanted_of(), facts)
    assert kept.items.tolist() == [2, 1]
    assert removed == [(0, "duplicates", "an item with the same title ranks higher")]


def test_cap_counts_an_item_in_each_of_its_categories() -> None:
    kept, removed = cap_categories(THREE, wanted_of(per_category=1), facts_of(KINDS))
    assert kept.items.tolist() == [0, 1]
    assert removed == [(2, "caps", "the list has 1 of comedy already, which is the most")]


def test_cap_leaves_alone_what_is_below_the_list() -> None:
    ranked = ranked_of(*((item, 1 - item / 10) for item in range(6)))
    facts = facts_of([{"a"}, {"a"}, {"b"}, {"a"}, {"b"}, set()])
    kept, removed = cap_categories(ranked, wanted_of(2, per_category=1), facts)
    assert kept.items.tolist() == [0, 2, 3, 4, 5]
    assert [one.item for one in removed] == [1]


# Items 0 and 1 are alike, cosine 0.8; 2 is unlike both.
ALIKE = np.array([[1, 0], [0.8, 0.6], [0, -1]], np.float32)


@pytest.mark.parametrize(
    ("diversity", "order"),
    # Second place, by hand: item 1 has (1 - d) * 0.9 - d * 0.8, item 2 has (1 - d) * 0.4 - d * 0.
    [(0.0, [0, 1, 2]), (0.38, [0, 1, 2]), (0.39, [0, 2, 1]), (1.0, [0, 2, 1])],
)
def test_diversity_weighs_score_against_likeness(diversity: float, order: list[int]) -> None:
    ranked = ranked_of((0, 0.5), (1, 0.45), (2, 0.2))
    kept, removed = diversify(ranked, wanted_of(diversity=diversity), facts_of(KINDS, vectors=ALIKE))
    assert kept.items.tolist() == order
    assert removed == []


def test_diversity_passes_over_full_categories_and_leaves_the_rest_in_order() -> None:
    ranked = ranked_of(*((item, 1 - item / 10) for item in range(5)))
    facts = facts_of([{"a"}, {"a"}, {"b"}, {"b"}, {"c"}])
    kept, _ = diversify(ranked, wanted_of(3, diversity=0.1, per_category=1), facts)
    assert kept.items.tolist() == [0, 2, 4, 1, 3]


def test_diversity_looks_at_no_more_than_ten_candidates_a_place() -> None:
    count = 30
    vectors = np.tile(np.array([[1, 0]], np.float32), (count, 1))
    vectors[20] = vectors[19] = [0, 1]
    ranked = ranked_of(*((item, 1 - item / 100) for item in range(count)))
    kept, _ = diversify(ranked, wanted_of(2, diversity=1), facts_of([{"a"}] * count, vectors=vectors))
    assert kept.items[:3].tolist() == [0, 19, 1]


def test_exploration_keeps_the_head_and_the_same_seed_draws_the_same() -> None:
    ranked = ranked_of(*((item, 1 - item / 100) for item in range(50)))
    facts = facts_of([{"a"}] * 50)
    lists = [
        explore(ranked, wanted_of(10, explore=0.4, seed=seed), facts).kept.items[:10].tolist()
        for seed in (1, 1, 2)
    ]
    assert all(one[:6] == [0, 1, 2, 3, 4, 5] for one in lists)
    assert all(one[6:] == sorted(one[6:]) for one in lists)
    assert lists[0] == lists[1] != lists[2]


def test_exploration_draws_in_proportion_to_the_score() -> None:
    ranked, facts = ranked_of((0, 0.9), (1, 0.6), (2, 0.3), (3, 0.1)), facts_of([{"a"}] * 4)
    lists = [explore(ranked, wanted_of(2, explore=0.5, seed=seed), facts).kept for seed in range(3000)]
    drawn = Counter(one.items.tolist()[1] for one in lists)
    assert [drawn[item] / 3000 for item in (1, 2, 3)] == pytest.approx([0.6, 0.3, 0.1], abs=0.03)


def test_the_propensity_of_a_draw_is_its_share_of_what_was_left() -> None:
    ranked, facts = ranked_of((0, 8), (1, 4), (2, 2), (3, 1), (4, 1)), facts_of([[]] * 5)
    for seed in range(20):
        kept, _ = explore(ranked, wanted_of(3, explore=0.67, seed=seed), facts)
        assert kept.propensities is not None
        told = dict(zip(kept.items[:3].tolist(), kept.propensities[:3].tolist(), strict=True))
        weights = {1: 4, 2: 2, 3: 1, 4: 1}
        assert told.pop(0) == 1
        (a, b), (p, q) = told, told.values()
        # One of the two was drawn first, of all four; the other of the three that were left.
        first_a = (weights[a] / 8, weights[b] / (8 - weights[a]))
        first_b = (weights[a] / (8 - weights[b]), weights[b] / 8)
        assert pytest.approx((p, q)) in (first_a, first_b)


def test_inverse_propensities_count_what_could_be_drawn() -> None:
    ranked, facts = ranked_of((0, 8), (1, 4), (2, 2), (3, 1), (4, 1)), facts_of([[]] * 5)
    lists = [explore(ranked, wanted_of(2, explore=0.5, seed=seed), facts).kept for seed in range(4000)]
    inverse = [1 / kept.propensities[1] for kept in lists if kept.propensities is not None]
    assert len(inverse) == 4000
    assert np.mean(inverse) == pytest.approx(4, rel=0.05)


def test_exploration_counts_what_the_head_holds_of_a_category() -> None:
    facts = facts_of([{"a"}, {"a"}, {"a"}, {"b"}])
    ranked = ranked_of((0, 0.9), (1, 0.6), (2, 0.3), (3, 0.1))
    for seed in range(5):
        kept, removed = explore(ranked, wanted_of(2, explore=0.5, seed=seed, per_category=1), facts)
        assert kept.items[:2].tolist() == [0, 3]
        assert all(one.filter == "caps" for one in removed)


def test_cut_keeps_the_best_and_reports_nothing() -> None:
    kept, removed = cut(THREE, wanted_of(2), facts_of(KINDS))
    assert kept.items.tolist() == [0, 1]
    assert removed == []


CATALOGUE = pa.table(
    {
        ITEM: ["a", "b", "c", "d", "e", "f"],
        TITLE: ["A", " a", "C", "D", "E", "F"],
        "genres": ["Comedy| Film  Noir", "", "comedy", "|", None, "War"],
        "stock": ["FALSE", "0", "no", "Off", "yes", "12"],
        "made": ["1995", "1995-07-02", "nan", "1e99", "soon", "2000-01-01T10:00:00Z"],
    }
)
COLUMNS = ColumnsConfig(category="genres", available="stock", date="made")


def test_facts_are_read_from_the_columns_that_the_settings_name() -> None:
    facts = ItemFacts.of(CATALOGUE, COLUMNS, np.eye(6, dtype=np.float32))
    assert facts.categories == ({"comedy", "film noir"}, set(), {"comedy"}, set(), set(), {"war"})
    assert facts.available.tolist() == [False, False, False, False, True, True]
    np.testing.assert_allclose(facts.dates, [1995, 1995.4986, np.nan, np.nan, np.nan, 2000], rtol=1e-7)
    assert facts.newest == 2000
    assert facts.title_codes.tolist() == [0, 0, 1, 2, 3, 4]


def test_without_columns_everything_is_available_and_nothing_else_is_known() -> None:
    facts = ItemFacts.of(CATALOGUE, ColumnsConfig(), np.eye(6, dtype=np.float32))
    assert facts.available.all()
    assert np.isnan(facts.dates).all()
    assert not any(facts.categories)


def test_categories_to_show_are_as_the_catalogue_writes_them() -> None:
    shown = item_categories(CATALOGUE, COLUMNS)
    assert shown == ({"Comedy", "Film Noir"}, set(), {"comedy"}, set(), set(), {"War"})


@pytest.mark.parametrize("setting", ["category", "available", "date"])
def test_column_that_the_catalogue_lacks_is_told_with_those_it_has(setting: str) -> None:
    with pytest.raises(PalateError, match=f"columns.{setting} is 'kind', .* has: item, title, genres"):
        ItemFacts.of(CATALOGUE, ColumnsConfig.model_validate({setting: "kind"}), np.eye(6, dtype=np.float32))


def test_struck_lines_remove_what_matches_one_of_them_and_say_so() -> None:
    wanted = wanted_of(dismissed=("drama and war", "horror"))
    kept, removed = remove_dismissed(THREE, wanted, facts_of(KINDS))
    assert kept.items.tolist() == [0, 2]
    assert [(one.item, one.filter) for one in removed] == [(1, "struck")]
    assert "struck" in removed[0].reason
    assert "drama and war" in removed[0].reason
