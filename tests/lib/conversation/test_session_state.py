"""The state of a session is its turns: what is said later counts, and everything can be taken back."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.conversation import MAX_TURNS, SaidTurn, SessionStep, TurnReader, session_step
from palate.errors import PalateError
from tests.support.worlds.requests import film_reader

SAYINGS = ["shorter", "no horror", "more like the second one", "why not Alien?", "something else", "comedy"]
LISTS = [(0, 1, 2, 4), (4, 2), (2,), ()]


@cache
def reader() -> TurnReader:
    return TurnReader(film_reader())


def talk(*sayings: str, shown: tuple[int, ...] = (0, 1, 2, 4)) -> SessionStep:
    """What follows the last of these, where every list was the same."""
    turns = session_step((), "", reader()).shown(shown)
    for say in sayings[:-1]:
        turns = session_step(turns, say, reader()).shown(shown)
    return session_step(turns, sayings[-1], reader())


def words(step: SessionStep) -> list[str]:
    return [one.text for one in step.steering.constraints]


def test_turns_add_up() -> None:
    assert words(talk("no horror", "shorter", "more like the second one")) == [
        "horror",
        "shorter",
        "the second one",
    ]


@pytest.mark.parametrize(
    ("sayings", "left"),
    [
        (("no horror", "horror"), [("horror", False)]),
        (("newer", "older"), [("newer", False), ("older", False)]),  # both ends of a range
        (("shorter than Heat", "shorter"), [("shorter", False)]),
        (("more like the second one", "not Alien"), [("Alien", True)]),
    ],
)
def test_what_is_said_later_takes_the_place_of_what_it_contradicts(
    sayings: tuple[str, ...], left: list[tuple[str, bool]]
) -> None:
    assert [(one.text, one.negative) for one in talk(*sayings).steering.constraints] == left


def test_undo_takes_back_the_last_wish_and_the_questions_since() -> None:
    step = talk("no horror", "shorter", "why not Alien?", "undo")
    assert (words(step), step.undone) == (["horror"], "shorter")
    assert [turn.say for turn in step.shown((0,))] == ["", "no horror"]


def test_undo_of_nothing_says_so() -> None:
    step = talk("undo")
    assert (step.undone, len(step.shown((0,)))) == ("", 1)


def test_starting_over_leaves_the_opening_alone() -> None:
    step = talk("no horror", "shorter", "start over")
    assert (words(step), step.shown((3,))) == ([], (SaidTurn("", (3,)),))


def test_that_one_is_what_the_question_before_was_about() -> None:
    step = talk("why not Alien?", "not that one")
    assert step.steering.constraints[0].items == (1,)


def test_a_session_is_bounded() -> None:
    turns = (SaidTurn("", (0,)), *(SaidTurn("shorter", (0,)) for _ in range(MAX_TURNS - 1)))
    with pytest.raises(PalateError, match="at most 30 turns"):
        session_step(turns, "no horror", reader())
    assert len(session_step(turns, "undo", reader()).turns) == MAX_TURNS - 1


@given(
    st.lists(st.tuples(st.sampled_from(SAYINGS), st.sampled_from(LISTS)), max_size=6),
    st.sampled_from(SAYINGS),
)
def test_what_was_said_and_undone_was_never_said(said: list[tuple[str, tuple[int, ...]]], say: str) -> None:
    turns = session_step((), "", reader()).shown(LISTS[0])
    for earlier, shown in said:
        turns = session_step(turns, earlier, reader()).shown(shown)
    before = session_step(turns, "", reader())
    after = session_step(session_step(turns, say, reader()).shown(LISTS[1]), "undo", reader())
    if session_step(turns, say, reader()).turn.kind == "refine":
        assert after.steering.constraints == before.steering.constraints
        assert after.turns == turns
