"""Interests are what somebody likes more often than the catalogue holds it."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.data.histories import History
from palate.explain import Attribute, Description, Descriptions, Sentiment
from palate.explain.evidence.descriptions import CATEGORY
from palate.profile import interests_of
from palate.profile.log_likelihood import CategoryCounts, most_significant
from tests.support.worlds.profiles import DESCRIPTIONS, FILMS, OPINIONS, READING, interests, liking, person

BOOKS = ["C"] * 3 + ["C++"] * 3 + ["history"] * 20
SCIENCE_FICTION = ("Alien", "The Terminator", "Blade Runner", "Gattaca")


def ids(*events: tuple[str, str]) -> list[str]:
    return [each.id for each in interests(*events)]


def test_pair_stands_for_the_categories_that_it_covers() -> None:
    assert [each.id for each in liking(*SCIENCE_FICTION, "Big")] == ["science-fiction+thriller"]
    assert [each.id for each in liking("When Harry Met Sally...", "Sleepless in Seattle")] == [
        "comedy+romance"
    ]


def test_category_stands_for_the_pairs_within_it() -> None:
    found = liking("Casablanca", "When Harry Met Sally...", "Sleepless in Seattle")
    assert [each.id for each in found] == ["romance"]


def test_interest_has_its_items_latest_first_and_their_share() -> None:
    (found,) = liking(*SCIENCE_FICTION, "Big")
    titles = [supporting_item.description.title for supporting_item in found.evidence.supporting_items]
    assert titles == ["Gattaca", "Blade Runner", "The Terminator", "Alien"]
    assert found.share == 0.8
    assert {supporting_item.influence for supporting_item in found.evidence.supporting_items} == {0.2}
    assert found.evidence.recommended.categories == found.categories == ("science fiction", "thriller")
    assert found.evidence.shared_categories == found.categories
    assert found.evidence.noun == "film"


@pytest.mark.parametrize("felt", ["liked", "neutral"])
def test_short_history_needs_two_items(felt: str) -> None:
    assert ids(("Alien", felt)) == []
    assert ids(("Chinatown", felt), ("Gilda", felt)) == ["film-noir"]


def test_long_history_needs_three_items() -> None:
    dramas = ("Casablanca", "The Godfather", "Amadeus", "Now and Then")
    assert "film-noir" not in [each.id for each in liking("Chinatown", "Gilda", *dramas)]


def test_nothing_is_known_of_nobody() -> None:
    assert ids() == []


def test_what_was_disliked_never_counts() -> None:
    assert ids(*((title, "disliked") for title in SCIENCE_FICTION)) == []
    noir = [("Chinatown", "liked"), ("Gilda", "liked")]
    assert ids(*noir, *((title, "disliked") for title in SCIENCE_FICTION)) == ["film-noir"]


def test_where_something_was_liked_what_was_only_taken_does_not_count() -> None:
    noir = [("Chinatown", "liked"), ("Gilda", "liked")]
    assert ids(*noir, *((title, "neutral") for title in SCIENCE_FICTION)) == ["film-noir"]


def test_last_event_of_an_item_counts() -> None:
    first = [("Chinatown", "liked"), ("Gilda", "liked")]
    assert ids(*first, ("Gilda", "disliked")) == []
    (found,) = interests(*first, ("Chinatown", "liked"))
    assert [supporting_item.description.title for supporting_item in found.evidence.supporting_items] == [
        "Chinatown",
        "Gilda",
    ]
    assert found.share == 1


def test_category_that_is_no_kind_is_an_interest_too() -> None:
    assert [each.id for each in liking("Bubble Bath", "Rubber Duck")] == ["bath"]


def test_items_without_categories_are_no_interest() -> None:
    assert liking("???", "Untold") == []


def test_what_is_as_frequent_everywhere_is_no_interest() -> None:
    assert [each.id for each in liking(*FILMS)] == []


def test_names_that_differ_in_signs_alone_are_one_interest() -> None:
    books = Descriptions(
        tuple(
            Description(f"Book {number}", (Attribute(CATEGORY, name),)) for number, name in enumerate(BOOKS)
        )
    )
    history = History(np.arange(6, dtype=np.int32), np.arange(6, dtype=np.int64), np.full(6, "like"))
    found = interests_of(history, books, READING)
    assert [(each.id, each.categories) for each in found] == [("c", ("C",))]


def test_score_is_the_log_likelihood_ratio_of_the_counts() -> None:
    counts = CategoryCounts(own=6, items=10, everywhere=200, catalogue=1000)
    assert counts.lift == pytest.approx(3)
    assert counts.log_likelihood_ratio == pytest.approx(6 * log(0.6 / 0.2) + 4 * log(0.4 / 0.8))
    assert CategoryCounts(3, 3, 10, 100).log_likelihood_ratio == pytest.approx(3 * log(10))


def test_rarer_combination_tells_more_of_as_many_items() -> None:
    found = {("drama",): {1, 2, 3}, ("western",): {4, 5, 6}}
    assert most_significant(found, 6, {("drama",): 15, ("western",): 5}, 100) == [("western",), ("drama",)]


def test_equals_stand_in_the_order_of_their_names() -> None:
    found = {("western",): {1, 2, 3}, ("drama",): {4, 5, 6}}
    assert most_significant(found, 6, {("drama",): 5, ("western",): 5}, 100) == [("drama",), ("western",)]


EVENTS = st.lists(st.tuples(st.sampled_from(sorted(FILMS)), st.sampled_from(sorted(OPINIONS))), max_size=30)


@given(EVENTS)
def test_interests_rest_on_what_they_say(events: list[tuple[str, str]]) -> None:
    last = dict(events)
    felt = Sentiment.LIKED if "liked" in last.values() else Sentiment.NEUTRAL
    base = [title for title, opinion in last.items() if opinion == felt]
    found = interests(*events)
    assert len({each.id for each in found}) == len(found) <= 5
    for each in found:
        assert each.share * len(base) >= 2
        for supporting_item in each.evidence.supporting_items:
            assert supporting_item.description.title in base
            assert supporting_item.sentiment is felt
            assert set(each.categories) <= set(supporting_item.description.categories)


@given(EVENTS)
def test_fewer_are_the_first_ones(events: list[tuple[str, str]]) -> None:
    few = interests_of(person(*events), DESCRIPTIONS, READING, most=1)
    assert few == interests(*events)[:1]
