"""Requests in words are read into the constraints that people mean, in three languages and two catalogues."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.errors import PalateError
from palate.rank.rules import Rules
from palate.steering import Constraint, RequestReader, steered_rules
from palate.steering.phrases import languages, phrase_pack
from tests.support.worlds.requests import (
    FILM_COLUMNS,
    FILM_WORDS,
    FILMS,
    film_reader,
    reader_of,
    shop_reader,
)


@cache
def films() -> RequestReader:
    return film_reader()


@cache
def shop() -> RequestReader:
    return shop_reader()


def said(constraint: Constraint) -> str:
    """`-Horror`, `+date>=1990<2000`, `~3`: a constraint in short."""
    bounds = constraint.range
    if bounds is not None:
        signs = {">=": bounds.min, "<=": bounds.max, "<": bounds.below, ">": bounds.above}
        limits = "".join(f"{sign}{limit:g}" for sign, limit in signs.items() if limit is not None)
        return f"{'-' if constraint.negative else '+'}{bounds.column}{limits}"
    sign = "&" if constraint.together else "|"
    what = sign.join(constraint.names or map(str, constraint.items)) or constraint.text
    unless = f" unless {'|'.join(constraint.unless)}" if constraint.unless else ""
    return f"{'-' if constraint.negative else '+'}{what}{unless}"


def read(reader: RequestReader, text: str) -> list[str]:
    return [said(constraint) for constraint in reader.read(text).constraints]


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("a funny film without horror", ["-Horror"]),
        ("no horror, war or crime", ["-Horror|War|Crime"]),
        ("no horror, comedy please", ["-Horror", "+Comedy"]),
        ("no war and no horror but crime", ["-War", "-Horror", "+Crime"]),
        ("comedies or dramas", ["+Comedy|Drama"]),
        ("a horror film and a drama", ["+Horror", "+Drama"]),
        ("horror-free sci-fi", ["-Horror", "+Sci-Fi"]),
        ("scifi", ["+Sci-Fi"]),
        ("anything but film noir", ["-Film-Noir"]),
        ("I hate war movies; give me a comedy", ["-War", "+Comedy"]),
        ("I do not want something scary", ["-Horror"]),
        ("not too scary drama", ["-Horror", "+Drama"]),
        ("nothing with subtitles", ["-subtitles"]),
        ("ohne Horror, eine Komödie", ["-Horror", "+Comedy"]),
        ("keine Horrorfilme und kein Krieg", ["-Horror", "-War"]),
        ("horrorfrei", ["-Horror"]),
        ("不要恐怖片，来一部喜剧", ["-Horror", "+Comedy"]),
    ],
)
def test_categories_and_what_a_negation_governs(text: str, constraints: list[str]) -> None:
    assert read(films(), text) == constraints


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("before 1990", ["+date<1990"]),
        ("until 1990", ["+date<1991"]),
        ("after 1990", ["+date>=1991"]),
        ("from 1990 onwards", ["+date>=1990"]),
        ("from the 90s", ["+date>=1990<2000"]),
        ("drama of the nineties", ["+Drama", "+date>=1990<2000"]),
        ("not from the 80s", ["-date>=1980<1990"]),
        ("nothing older than 1980", ["-date<1980"]),
        ("between 1980 and 1995", ["+date>=1980<1996"]),
        ("1980-1995", ["+date>=1980<1996"]),
        ("under 100 minutes", ["+minutes<100"]),
        ("no more than 2 hours", ["+minutes<=120"]),
        ("two hours or less", ["+minutes<=120"]),
        ("shorter than Heat", ["+minutes<170"]),
        ("newer than The Matrix", ["+date>1999"]),
        ("vor 1990, höchstens 100 Minuten", ["+date<1990", "+minutes<=100"]),
        ("九十年代的喜剧，不超过100分钟", ["+date>=1990<2000", "+Comedy", "+minutes<=100"]),
        ("1990年以前的", ["+date<1990"]),
        ("100 reasons to laugh", []),
    ],
)
def test_dates_and_amounts(text: str, constraints: list[str]) -> None:
    assert read(films(), text) == constraints


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("perfume under 20 €", ["+Perfume", "+price<20"]),
        ("€20 to €30", ["+price>=20<=30"]),
        ("cheaper than Rose Garden", ["+price<60"]),
        ("sunscreen by Blue Heron or Olive & Co", ["+Sunscreen", "+Blue Heron|Olive & Co"]),
        ("gift sets, nothing from Lumière", ["+Gift set", "-Anna Lumière"]),
        ("keine Seife, unter 19,50 Euro", ["-Soap", "+price<19.5"]),
        ("香水，不到20欧元", ["+Perfume", "+price<20"]),
        ("before 1990", []),
    ],
)
def test_a_shop_is_asked_like_films_are(text: str, constraints: list[str]) -> None:
    assert read(shop(), text) == constraints


@pytest.mark.parametrize(
    ("text", "liked", "disliked"),
    [
        ("something lighter than Heat", (), ()),
        ("like the film Alien", (1,), ()),
        ("like matrix", (4,), ()),
        ("I loved Alien but hated Heat", (1,), (0,)),
        ("Toy Story was great, Heat was boring", (2,), (0,)),
        ("action, but not Toy Story", (), (2,)),
        ("Ich mag Alien, Heat hat mir gar nicht gefallen", (1,), (0,)),
        ("喜欢Alien，不喜欢Heat", (1,), (0,)),
        ("like Alien and Toy Story", (1, 2), ()),
        ("not like Heat", (), (0,)),
        ('nothing like "Heat"', (), (0,)),
        ("sci-fi, “Alien” for example", (1,), ()),
        ("像《Alien》一样", (1,), ()),
        ("something like it", (), ()),
    ],
)
def test_items_are_meant_where_a_title_is_named(
    text: str, liked: tuple[int, ...], disliked: tuple[int, ...]
) -> None:
    steer = films().read(text).steer
    assert (steer.liked, steer.disliked) == (liked, disliked)


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("no horror unless it's sci-fi", ["-Horror unless Sci-Fi"]),
        ("no horror films except sci-fi ones", ["-Horror unless Sci-Fi"]),
        ("except for sci-fi, no horror", ["-Horror unless Sci-Fi"]),
        ("nothing except comedies", ["+Comedy"]),
        ("everything except comedies", ["-Comedy"]),
        ("dramas except war dramas", ["+Drama", "-War&Drama"]),
        ("Kein Horror, es sei denn, es ist Sci-Fi", ["-Horror unless Sci-Fi"]),
        ("nichts außer Komödie", ["+Comedy"]),
        ("不要恐怖片，除非是喜剧", ["-Horror unless Comedy"]),
        ("除了喜剧，其他都不要", ["+Comedy"]),
        ("除喜剧外都行", ["-Comedy"]),
    ],
)
def test_exceptions_are_let_through_or_turn_what_was_said(text: str, constraints: list[str]) -> None:
    assert read(films(), text) == constraints


def test_an_exception_is_no_way_around_another_rule() -> None:
    rules = steered_rules(Rules(), films().read("no horror unless it's sci-fi, no war"))
    assert rules.deny == '(("Horror") & !("Sci-Fi")) | ("War")'


def test_unwanted_categories_without_a_word_between_them_are_meant_together() -> None:
    assert read(films(), "no war drama") == ["-War&Drama"]
    assert steered_rules(Rules(), films().read("no war drama")).deny == '("War" & "Drama")'
    assert read(films(), "no comedy war") == ["-Comedy", "-War"], "no film is both"


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("horror I do not want", ["-Horror"]),
        ("horror? no thanks", ["-Horror"]),
        ("horror is not my cup of tea", ["-Horror"]),
        ("leave horror out", ["-Horror"]),
        ("Horror mag ich auch nicht", ["-Horror"]),
        ("Mit Krieg kann ich nichts anfangen", ["-War"]),
        ("Horror, Krieg und Drama will ich nicht sehen", ["-Horror", "-War", "-Drama"]),
        ("恐怖片我不看", ["-Horror"]),
        ("不恐怖的喜剧", ["-Horror", "+Comedy"]),
        ("I can't get enough of horror", ["+Horror"]),
        ("Ich habe nichts gegen Horror", ["+Horror"]),
    ],
)
def test_a_negation_may_end_its_clause_and_not_every_no_is_one(text: str, constraints: list[str]) -> None:
    assert read(films(), text) == constraints


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("at most two and a half hours", ["+minutes<=150"]),
        ("an hour and a half or less", ["+minutes<=90"]),
        ("under 1 hour 45 min", ["+minutes<105"]),
        ("höchstens hundertfünfundzwanzig Minuten", ["+minutes<=125"]),
        ("不超过一百二十分钟", ["+minutes<=120"]),
        ("1 to 2 hours", ["+minutes>=60<=120"]),
        ("exactly 90 minutes", ["+minutes>=90<=90"]),
        ("over 1 and under 2 hours", ["+minutes>60", "+minutes<120"]),
        ("pre-1980", ["+date<1980"]),
        ("80s or 90s", ["+date>=1980<2000"]),
        ("from the 60s or 80s", ["+date>=1960<1990", "-date>=1970<1980"]),
        ("1990-95", ["+date>=1990<1996"]),
        ("since January 1995", ["+date>=1995"]),
        ("like Heat, but shorter", ["+0", "+minutes<170"]),
        ("比Heat更早", ["+date<1995"]),
    ],
)
def test_numbers_in_words_and_ranges_of_several_parts(text: str, constraints: list[str]) -> None:
    assert read(films(), text) == constraints


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("price under 20", ["+price<20"]),
        ("no maker other than Blue Heron", ["+Blue Heron"]),
        ("Blue Heron and Olive & Co", ["+Blue Heron|Olive & Co"]),
        ("no lumiere", ["-Anna Lumière"]),
        ("Lumière's perfumes", ["+Anna Lumière", "+Perfume"]),
        ("perfum and sunscrean", ["+Perfume|Sunscreen"]),
    ],
)
def test_names_that_exclude_each_other_slips_and_owners(text: str, constraints: list[str]) -> None:
    assert read(shop(), text) == constraints


def test_what_one_compares_with_is_not_listed_and_stays_in_the_words() -> None:
    steering = films().read("something lighter than Heat, no horror")
    assert (steering.steer.shown, steering.rest) == ((0,), "lighter than Heat")


def test_two_categories_in_one_german_word_are_both_wanted() -> None:
    assert read(films(), "eine Kriegskomödie") == ["+War", "+Comedy"]


def test_what_is_no_constraint_steers_by_its_meaning() -> None:
    assert films().read("slow-burning space horror").rest == "slow-burning space"
    assert films().read("rainy evening, no horror, slow and quiet").rest == "rainy evening, slow and quiet"


def test_a_text_without_constraints_is_left_as_it_is() -> None:
    assert films().read("  a boy and his toys ").steer.text == "a boy and his toys"


def test_a_struck_constraint_no_longer_counts() -> None:
    steering = films().read("no horror, before 1990").without(frozenset({"horror"}))
    assert [said(one) for one in steering.constraints] == ["+date<1990"]


def test_constraints_join_the_rules_of_the_request() -> None:
    rules = steered_rules(Rules(allow="comedy", deny="war"), films().read("drama or crime, no horror"))
    assert rules.allow == '(comedy) & ("Drama" | "Crime")'
    assert rules.deny == '(war) | ("Horror")'


def test_what_is_excluded_from_a_range_turns_it_around() -> None:
    bounds = steered_rules(Rules(), films().read("not from the 80s")).ranges[0]
    assert (bounds.min, bounds.below, bounds.outside) == (1980, 1990, True)


WORDS = (
    "no not without or and but , . like than horror comedy drama Heat Alien 1990 90 s minutes before after "
    'from to under 100 with only quiet slow ohne und 不要 喜剧 年 " “ ( 《 it The'
)


@settings(max_examples=200)
@given(text=st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_is_read_and_every_constraint_is_told_in_its_own_words(text: str) -> None:
    for constraint in films().read(text).constraints:
        assert constraint.text == text[constraint.start : constraint.start + len(constraint.text)] != ""
    steered_rules(Rules(), films().read(text))


@pytest.mark.parametrize("language", languages())
def test_every_pack_of_phrases_can_say_everything(language: str) -> None:
    pack, english = phrase_pack(language), phrase_pack("en")
    assert set(english.roles) - {"excepts_before"} <= set(pack.roles)
    assert set(pack.leads) == set(english.leads)
    assert set(pack.comparisons) == set(english.comparisons)


def test_a_language_without_phrases_is_refused_with_those_there_are() -> None:
    words = FILM_WORDS.model_copy(update={"languages": ("fi",)})
    with pytest.raises(PalateError, match="no phrases for 'fi'; there are de, en, zh"):
        reader_of(FILMS, FILM_COLUMNS, words)
