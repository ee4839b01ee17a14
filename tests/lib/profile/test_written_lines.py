"""What people write of themselves comes first or last, and what they refuse stays away."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from palate.data.histories import History
from palate.profile.dismissal import undrawn
from palate.profile.written import MORE, with_profile, written_wishes
from palate.recommender.query import Query
from palate.steering import RequestReader, Steering
from tests.support.worlds.requests import film_reader, shop_reader


@cache
def films() -> RequestReader:
    return film_reader()


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))


@pytest.mark.parametrize(
    ("line", "boosts"),
    [
        ("I watch with children now", {"Children's": MORE}),
        ("less war", {"War": 1 / MORE}),
        ("more comedy, less horror", {"Comedy": MORE, "Horror": 1 / MORE}),
        ("weniger Krieg", {"War": 1 / MORE}),
        ("少一点恐怖片", {"Horror": 1 / MORE}),
        ("no war", {}),
        ("I am a patient person", {}),
    ],
)
def test_tastes_move_items_up_and_down(line: str, boosts: dict[str, float]) -> None:
    found = written_wishes([line], films()).boosts
    assert {boost.match.strip('"'): boost.factor for boost in found} == boosts


def test_a_refusal_is_kept_to_by_every_list() -> None:
    query = with_profile(Query(history(0)), ["no war", "nothing over 2 hours"], films(), Steering())
    assert query.rules.deny == '("War")'
    assert query.rules.ranges[0].max == 120 or query.rules.ranges[0].above == 120


def test_a_liked_name_draws_and_is_no_rule() -> None:
    wishes = written_wishes(["by Blue Heron"], shop_reader())
    assert (wishes.steering.constraints, wishes.steering.rest) == ((), "Blue Heron")
    refused = written_wishes(["nothing by Blue Heron"], shop_reader())
    assert [one.kind for one in refused.steering.constraints] == ["value"]


def test_what_no_rule_was_read_from_draws_by_its_meaning_and_apart_from_what_is_asked_now() -> None:
    lines = ["less war, slow stories", "nothing with sharks", "slow stories"]
    query = with_profile(Query(history(0)), lines, films(), films().read("set in space"))
    steer = query.steer
    assert (steer.tastes, steer.distastes) == (("slow stories",), ("sharks",))
    assert (steer.text, steer.unwanted) == ("set in space", ())


def test_a_later_line_takes_the_place_of_what_it_contradicts() -> None:
    wishes = written_wishes(["no war", "more war"], films())
    assert (len(wishes.boosts), wishes.steering.constraints) == (1, ())


def test_what_is_asked_for_now_counts_more_than_the_profile() -> None:
    asked = films().read("horror please")
    query = with_profile(Query(history(0)), ["no horror"], films(), asked)
    assert (query.rules.allow, query.rules.deny) == ('("Horror")', None)


def test_without_lines_nothing_changes() -> None:
    query = Query(history(0))
    assert with_profile(query, [], films(), Steering()).rules == query.rules


def test_what_was_struck_draws_no_list() -> None:
    facts = films().facts
    left = undrawn(history(0, 1, 2, 3), ["horror"], facts)
    assert left.items.tolist() == [0, 2]
    beyond = history(0, len(facts.titles))
    assert undrawn(beyond, ["horror"], facts) is beyond
