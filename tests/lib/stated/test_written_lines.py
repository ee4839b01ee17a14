"""What people write of themselves comes first or last, and what they refuse stays away."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from palate.data.histories import History
from palate.profile.dismissal import events_about
from palate.recommender.query import Query
from palate.stated.written import MORE, ReadLine, read_line, wished, written_wishes
from palate.steering import RequestReader, Steering
from tests.support.worlds.requests import film_reader, shop_reader


@cache
def films() -> RequestReader:
    return film_reader()


def read(*lines: str) -> list[ReadLine]:
    return [read_line(line, films()) for line in lines]


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
    found = written_wishes(read(line)).boosts
    assert {boost.match.strip('"'): boost.factor for boost in found} == boosts


def test_a_refusal_is_kept_to_by_every_list() -> None:
    query = wished(Query(history(0)), read("no war", "nothing over 2 hours"))
    assert query.rules.deny == '("War")'
    assert query.rules.ranges[0].max == 120 or query.rules.ranges[0].above == 120


def test_a_liked_name_draws_and_is_no_rule() -> None:
    wishes = written_wishes([read_line("by Blue Heron", shop_reader())])
    assert (wishes.steering.constraints, wishes.steering.rest) == ((), "Blue Heron")
    refused = written_wishes([read_line("nothing by Blue Heron", shop_reader())])
    assert [one.kind for one in refused.steering.constraints] == ["value"]


def test_what_no_rule_was_read_from_draws_by_its_meaning_and_apart_from_what_is_asked_now() -> None:
    lines = ["less war, slow stories", "nothing with sharks", "slow stories"]
    query = wished(Query(history(0)), read(*lines), films().read("set in space"))
    steer = query.steer
    assert (steer.tastes, steer.distastes) == (("slow stories",), ("sharks",))
    assert (steer.text, steer.unwanted) == ("set in space", ())


def test_a_later_line_takes_the_place_of_what_it_contradicts() -> None:
    wishes = written_wishes(read("no war", "more war"))
    assert (len(wishes.boosts), wishes.steering.constraints) == (1, ())


def test_what_is_asked_for_now_counts_more_than_the_profile() -> None:
    asked = films().read("horror please")
    query = wished(Query(history(0)), read("no horror"), asked)
    assert (query.rules.allow, query.rules.deny) == ('("Horror")', None)


def test_without_lines_nothing_changes() -> None:
    query = Query(history(0))
    assert wished(query, [], Steering()).rules == query.rules


def test_events_that_a_struck_line_is_about_are_known_but_for_live_items() -> None:
    facts = films().facts
    assert events_about(history(0, 1, 2, 3), "horror", facts).tolist() == [False, True, False, True]
    beyond = history(0, len(facts.titles))
    assert not events_about(beyond, "horror", facts).any()
