"""Parts of a request are told in its own words, and each can be left out alone."""

import pytest

from palate.stated.asked import asked_without, request_parts
from palate.stated.parts import REQUEST, Stated
from palate.steering import Constraint, Steering


def constraint(request: str, text: str) -> Constraint:
    return Constraint("category", negative=False, text=text, start=request.index(text))


@pytest.mark.parametrize(
    ("request_", "texts", "words"),
    [
        ("no horror", ["horror"], ["no horror"]),
        ("a funny film without horror", ["funny", "horror"], ["a funny", "film without horror"]),
        (
            "lighter than Heat, no horror, before 1990",
            ["than Heat", "horror", "before 1990"],
            ["lighter than Heat", "no horror", "before 1990"],
        ),
        ("horror? not for me. war, please", ["horror", "war"], ["horror", "war"]),
        ("horror rather not; war", ["horror", "war"], ["horror rather not", "war"]),
        ("under 1,000 euros, red", ["under 1,000 euros", "red"], ["under 1,000 euros", "red"]),
        ("不要恐怖，要喜剧", ["恐怖", "喜剧"], ["不要恐怖", "要喜剧"]),
    ],
)
def test_each_constraint_is_told_in_the_words_around_it(
    request_: str, texts: list[str], words: list[str]
) -> None:
    asked = Steering(tuple(constraint(request_, text) for text in texts))
    assert request_parts(request_, asked) == tuple(Stated(REQUEST, text) for text in words)


def test_what_is_left_to_steer_by_is_a_part_of_its_own() -> None:
    request = "slow films, no horror"
    asked = Steering((constraint(request, "horror"),), rest="slow films")
    no_horror, slow = request_parts(request, asked)
    assert slow == Stated(REQUEST, "slow films")
    assert asked_without(request, asked, [slow]) == Steering(asked.constraints)
    assert asked_without(request, asked, [no_horror]) == Steering((), "slow films")
    assert asked_without(request, asked, []) == asked


def test_nothing_asked_has_no_parts() -> None:
    assert request_parts("", Steering()) == ()


def test_what_was_read_stays_where_its_words_are_not_at_hand() -> None:
    asked = Steering((constraint("no horror", "horror"),))
    assert request_parts("", asked) == ()
    assert asked_without("", asked, [7, Stated("search", "horror")]) == asked
