"""Whatever is wanted, the list that is shown keeps every rule."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from palate.errors import PalateError
from palate.rank.conditions import folded
from palate.rank.expressions import parse_expression
from palate.rank.filters import post_process
from tests.support.worlds.filters import World, facts_of, ranked_of, wanted_of, worlds

TEN = ranked_of(*((item, 1 - item / 20) for item in range(10)))


@settings(max_examples=150)
@given(world=worlds())
def test_no_list_breaks_a_rule(world: World) -> None:
    ranked, wanted, facts = world
    items, rules = post_process(*world).kept.items.tolist(), wanted.rules
    assert set(items) <= set(ranked.items.tolist()) - set(wanted.seen.tolist()) - set(wanted.exclude.tolist())
    assert facts.available[items].all()
    for item in items:
        assert rules.allow is None or parse_expression(rules.allow).matches(facts.categories[item])
        assert rules.deny is None or not parse_expression(rules.deny).matches(facts.categories[item])
        assert rules.not_before is None or not facts.dates[item] < rules.not_before


@settings(max_examples=150)
@given(world=worlds())
def test_titles_are_single_and_caps_hold_under_all_settings(world: World) -> None:
    _, wanted, facts = world
    items = post_process(*world).kept.items.tolist()
    titles = [folded(facts.titles[item]) for item in items]
    assert len(set(titles)) == len(titles)
    counts = Counter(name for item in items for name in facts.categories[item])
    assert all(count <= (wanted.rules.per_category or len(items)) for count in counts.values())


@settings(max_examples=150)
@given(world=worlds())
def test_list_is_as_long_as_it_can_be(world: World) -> None:
    ranked, wanted, _ = world
    kept, removed = post_process(*world)
    gone = [one.item for one in removed]
    assert len(kept.items) == min(wanted.k, len(ranked.items) - len(gone))
    assert len({*gone, *kept.items.tolist()}) == len(gone) + len(kept.items)


@given(world=worlds())
def test_without_diversity_scores_fall_and_the_list_is_the_same_again(world: World) -> None:
    kept, removed = post_process(*world)
    again = post_process(*world)
    assert kept.items.tolist() == again.kept.items.tolist()
    assert removed == again.removed
    if not world.wanted.rules.diversity:
        assert (np.diff(kept.scores) <= 0).all()


def test_without_rules_the_list_is_the_head_of_the_ranking() -> None:
    kept, removed = post_process(TEN, wanted_of(4), facts_of([set()] * 10))
    assert kept.items.tolist() == [0, 1, 2, 3]
    assert kept.scores.tolist() == TEN.scores[:4].tolist()
    assert removed == []


def test_duplicate_that_a_boost_lifts_replaces_the_other() -> None:
    facts = facts_of([{"a"}, {"b"}], titles=["Heat", "heat"])
    wanted = wanted_of(boosts=[{"match": "b", "factor": 3}])
    kept, removed = post_process(ranked_of((0, 0.5), (1, 0.4)), wanted, facts)
    assert kept.items.tolist() == [1]
    assert [(one.item, one.filter) for one in removed] == [(0, "duplicates")]


def test_capped_list_is_filled_from_below_the_pool_of_diversity() -> None:
    # Two places, so diversity looks at the best 20, which are all of one category.
    ranked = ranked_of(*((item, 1 - item / 50) for item in range(30)))
    facts = facts_of([{"a"}] * 25 + [{"b"}] * 5)
    kept, removed = post_process(ranked, wanted_of(2, diversity=0.5, per_category=1), facts)
    assert kept.items.tolist() == [0, 25]
    assert [one.item for one in removed] == list(range(1, 25))


def test_capped_exploration_still_reaches_further_down() -> None:
    facts = facts_of([{"a"}, {"b"}] * 5)
    found = [
        post_process(TEN, wanted_of(4, per_category=2, explore=0.5, seed=seed), facts) for seed in range(20)
    ]
    lists = {tuple(one.kept.items.tolist()) for one in found}
    assert {one[:2] for one in lists} == {(0, 1)}
    assert {one[2] % 2 + one[3] % 2 for one in lists} == {1}
    assert len(lists) > 5


def test_everything_is_drawn_when_all_places_explore() -> None:
    facts = facts_of([{"a"}] * 10)
    lists = [
        post_process(TEN, wanted_of(3, explore=1, diversity=0.5, seed=seed), facts).kept.items.tolist()
        for seed in range(10)
    ]
    assert all(len(one) == 3 for one in lists)
    assert len({tuple(one) for one in lists}) > 5


@pytest.mark.parametrize(
    ("rules", "column"),
    [
        ({"allow": "a"}, "category"),
        ({"deny": "a"}, "category"),
        ({"per_category": 1}, "category"),
        ({"boosts": [{"match": "a", "factor": 2}]}, "category"),
        ({"not_before": 0}, "date"),
        ({"freshness": 1}, "date"),
    ],
)
def test_rule_that_the_release_knows_nothing_for_is_told(rules: dict[str, object], column: str) -> None:
    with pytest.raises(PalateError, match=rf"No item .* has a {column}, .* rerank\.columns\.{column}"):
        post_process(TEN, wanted_of(**rules), facts_of([set()] * 10))
