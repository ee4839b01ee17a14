"""Turns of a conversation are read with the list that is shown, in three languages and two catalogues."""

from __future__ import annotations

from functools import cache

import pytest

from palate.conversation import TurnReader, VisibleList
from palate.conversation.phrases import turn_languages, turn_phrases
from palate.errors import PalateError
from palate.schema import NO_ITEM
from palate.steering import Constraint
from palate.steering.phrases import languages
from tests.support.worlds.requests import film_reader, shop_reader

SHOWN = VisibleList((0, 1, 2, 4))
HEAT, ALIEN, TOY_STORY, MATRIX = 0, 1, 2, 4


@cache
def films() -> TurnReader:
    return TurnReader(film_reader())


@cache
def shop() -> TurnReader:
    return TurnReader(shop_reader())


def said(constraint: Constraint) -> str:
    """`-Horror`, `+minutes<126`, `~2`: a constraint in short."""
    sign = "-" if constraint.negative else "+"
    bounds = constraint.range
    if bounds is None:
        items = ",".join(map(str, constraint.items))
        return f"{sign}{constraint.kind}:{items}" if items else f"{sign}{'|'.join(constraint.names)}"
    limit = f"<{bounds.below:g}" if bounds.below is not None else f">{bounds.above:g}"
    return f"{sign}{bounds.column}{limit}"


def read(text: str, reader: TurnReader | None = None, shown: VisibleList = SHOWN) -> list[str]:
    return [said(one) for one in (reader or films()).read(text, shown).steering.constraints]


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("more like the second one", ["+item:1"]),
        ("I like number 3", ["+item:2"]),
        ("not the third one", ["-item:2"]),
        ("not that one", ["-item:0"]),
        ("the last one, but no horror", ["+item:4", "-Horror"]),
        ("not Alien", ["-item:1"]),
        ("the twelfth one", []),
        ("the 9th one", []),
        ("something else", ["-shown:0,1,2,4"]),
        ("mehr wie der zweite", ["+item:1"]),
        ("nicht den ersten, ohne Horror", ["-item:0", "-Horror"]),
        ("etwas anderes", ["-shown:0,1,2,4"]),
        ("更像第二个", ["+item:1"]),
        ("不要第一个", ["-item:0"]),
        ("第二个不要", ["-item:1"]),
        ("换一批", ["-shown:0,1,2,4"]),
    ],
)
def test_places_of_the_shown_list_are_understood(text: str, constraints: list[str]) -> None:
    assert read(text) == constraints


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("shorter", ["+minutes<126.5"]),  # the middle of 170, 117, 81 and 136
        ("a bit shorter, no horror", ["+minutes<126.5", "-Horror"]),
        ("shorter than the second one", ["+minutes<117"]),
        ("shorter than Heat", ["+minutes<170"]),
        ("something older", ["+date<1995"]),
        ("newer", ["+date>1995"]),
        ("etwas älteres", ["+date<1995"]),
        ("早一点", ["+date<1995"]),
    ],
)
def test_a_comparison_without_a_bound_is_with_the_middle_of_the_list(
    text: str, constraints: list[str]
) -> None:
    turn = films().read(text, SHOWN)
    assert [said(one) for one in turn.steering.constraints] == constraints
    assert turn.steering.rest == ""


def test_a_shop_is_refined_like_films_are() -> None:
    shown = VisibleList((0, 1, 2))
    assert read("cheaper", shop(), shown) == ["+price<18"]
    assert read("like the second one but no soap", shop(), shown) == ["+item:1", "-Soap"]


def test_that_one_is_what_was_talked_about_last() -> None:
    assert read("not that one", shown=VisibleList((0, 1, 2), topic=(2,))) == ["-item:2"]


def test_what_the_catalogue_lacks_keeps_its_place() -> None:
    shown = VisibleList((NO_ITEM, ALIEN))
    assert read("the second one", shown=shown) == ["+item:1"]
    assert read("the first one", shown=shown) == []
    assert read("something else", shown=shown) == ["-shown:1"]


@pytest.mark.parametrize(
    ("text", "items", "language"),
    [
        ("why not Alien?", (ALIEN,), "en"),
        ("why isn't Toy Story there?", (TOY_STORY,), "en"),
        ("where is The Matrix", (MATRIX,), "en"),
        ("why not the second one", (ALIEN,), "en"),
        ("Warum fehlt Alien?", (ALIEN,), "de"),
        ("为什么没有Alien", (ALIEN,), "zh"),
        ("why not Solaris?", (), "en"),
    ],
)
def test_a_question_names_an_item(text: str, items: tuple[int, ...], language: str) -> None:
    turn = films().read(text, SHOWN)
    assert (turn.kind, turn.items, turn.steering.language) == ("why_not", items, language)
    assert turn.named


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("undo", "undo"),
        ("Rückgängig!", "undo"),
        ("撤销", "undo"),
        ("start over", "restart"),
        ("von vorn", "restart"),
        ("重新开始", "restart"),
        ("undo my boredom", "refine"),
    ],
)
def test_commands_are_whole_turns(text: str, kind: str) -> None:
    assert films().read(text, SHOWN).kind == kind


def test_words_without_a_name_are_what_the_list_is_steered_by() -> None:
    turn = films().read("something lighter please", SHOWN)
    assert (turn.steering.constraints, turn.steering.rest) == ((), "something lighter please")


def test_every_language_of_requests_has_phrases_of_a_conversation() -> None:
    assert turn_languages() == languages()
    replies = {frozenset(turn_phrases(language).replies) for language in turn_languages()}
    assert len(replies) == 1
    with pytest.raises(PalateError, match="there are de, en, zh"):
        turn_phrases("tlh")
