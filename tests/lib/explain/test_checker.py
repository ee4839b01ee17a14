"""The checker lets true sentences through and refuses each kind of untrue one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.explain import Attribute, Descriptions, Evidence, Vocabulary, check, template_sentence
from palate.explain.checks.checker import LONGEST
from palate.explain.text.instructions import INSTRUCTIONS
from palate.explain.text.style import MAX_WORDS
from tests.support.worlds.explanations import CATALOGUE, COLUMNS, VOCABULARY, catalogue_of, evidence

LIKED = evidence("Aliens", Alien="liked", The_Terminator="liked")
MIXED = evidence("Aliens", Alien="liked", Heat="neutral", Casablanca="disliked")
POPULAR = evidence("Aliens", popular=True)
CRIME = evidence("Heat", **{"Seven (Se7en)": "liked", "Léon": "neutral"})


def reasons(sentence: str, found: Evidence = LIKED) -> str:
    return "; ".join(check(sentence, found, VOCABULARY).reasons)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Because you liked Alien and The Terminator: another science-fiction thriller from 1986.", LIKED),
        ("You loved Alien, so here is another sci-fi thriller.", LIKED),
        ("As a fan of “Alien” (1979), you might enjoy this war thriller from the eighties.", LIKED),
        ("You enjoyed the terminator, and Aliens is another action thriller.", LIKED),
        ("If you liked ALIEN, try Aliens (1986).", LIKED),
        ("The two thrillers Alien and The Terminator, which you loved, led us to this.", LIKED),
        ("Terminator was one you liked, and this 1980s thriller is another.", LIKED),
        ("Because you liked Alien and watched Heat: another action thriller from 1986.", MIXED),
        ("You watched Heat, so here is another action thriller.", MIXED),
        ("You disliked Casablanca, yet this thriller from 1986 is for you.", MIXED),
        ("Many people have chosen this popular thriller from 1986.", POPULAR),
        ("You liked Se7en and watched Leon: another crime title.", CRIME),
    ],
)  # fmt: skip
def test_true_sentence_passes(sentence: str, found: Evidence) -> None:
    assert reasons(sentence, found) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Because you liked Alien and The Godfather: another thriller.", "names the title 'the godfather'"),
        ("Because you liked Alien Resurrection: another thriller.", "names the title 'alien resurrection'"),
        ("Because you liked Alien: do that thing you do.", "names the title 'that thing you do'"),
        ("Because you liked Alien and Big: a thriller.", "names the title 'big'"),
        ("Because you liked Alien and “it”: a thriller.", "names the title 'it'"),
        ("Because you liked Alien and Seven: a thriller.", "names the title 'seven'"),
        ("Because you liked Alien: another comedy from 1986.", "claims the category 'comedy'"),
        ("Because you liked Alien: a romantic thriller.", "claims the category 'romance'"),
        ("Because you liked Alien: a western this time.", "claims the category 'western'"),
        ("Because you liked Alien: another thriller from 1987.", "says '1987'"),
        ("Because you liked Alien: another thriller from 1979.", "says '1979'"),
        ("Because you liked Alien (1986): another thriller.", "says '1986' of 'Alien'"),
        ("Because you liked Alien: a thriller of the 1990s.", "says '1990s'"),
        ("Because you liked Alien: a thriller of the nineties.", "says 'nineties'"),
        ("Because you liked Alien: one of three thrillers.", "says 'three'"),
        ("Because you liked Alien: another thriller by James Cameron.", "names 'James'"),
        ("Because you liked Alien: a thriller with Weaver.", "names 'Weaver'"),
        ("Because you liked Alien: a thriller starring an actor.", "says 'starring'"),
        ("Because you liked Alien: the sequel to that thriller.", "says 'sequel'"),
        ("Because you liked Alien: a popular thriller.", "says 'popular'"),
        ("Because you liked Alien: a harrowing war film.", "says 'harrowing'"),
        ("Because you liked Alien: another war thriller.", "says 'another', but 'war' is not shared"),
        ("Because you liked Alien: both are from 1986.", "says '1986' of 'Alien'"),
        ("Here is something that you may want to try.", "says nothing that the evidence holds"),
        ("Because you liked Alien: a thriller that is not dull.", "denies something ('not')"),
        ("Because you didn't watch Alien: a thriller.", "denies something ('didn')"),
        ("Because you hated Alien: a thriller from 1986.", "says 'hated' of 'alien', which was not disliked"),
        ("Because people liked Alien: a thriller from 1986.", "says 'liked' of somebody else"),
        ("Because critics adored this thriller and you liked Alien.", "says 'adored' of somebody else"),
        ("Because you liked Alien and Aliens: a thriller.", "says that the reader liked what is recommended"),
        ("Because you watched Aliens: a thriller.", "says that the reader watched what is recommended"),
        ("Alien it is.", "has 3 words, not 4 to 40"),
        ("Because you liked Alien: a" + " very good thriller" * MAX_WORDS + ".", "words, not 4 to 40"),
        ("Because you liked Alien: a thriller", "does not end as a sentence does"),
        ("Because you liked Alien. Here is a thriller.", "is more than one sentence"),
        ("Because you liked Alien:\na thriller.", "has control characters"),
        ("Because you liked Al\u200bien: a thriller.", "has control characters, invisible signs"),
        ("Because you liked <b>Alien</b>: a thriller.", "holds markup"),
        ("Because you liked Alien: a **very** good thriller.", "holds markup: *"),
        ("Because you liked Alien: a thriller \u0438\u0437 1986.", "has letters of another script"),
        ("Weil dir Alien gefiel: ein Thriller von 1986.", "does not read as English"),
        ("Because you liked Alien: a very very good thriller.", "says a word twice in a row"),
                ("Because you liked Alien and because you liked it: a thriller.", "repeats itself"),
        ("You liked it, so this is for you, so this is a thriller.", "repeats itself"),
        ("You liked Alien, the data, whatever it looks like.", "repeats the prompt"),
        ("x" * (LONGEST + 1), f"more than {LONGEST} characters"),
    ],
)  # fmt: skip
def test_untrue_or_ill_formed_sentence_is_refused(sentence: str, reason: str) -> None:
    assert not check(sentence, LIKED, VOCABULARY).passed
    assert reason in reasons(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "You loved Heat, so here is an action thriller.",
        "You watched Heat, which you loved, so here is an action thriller.",
        "Heat is a film you enjoyed, so here is an action thriller.",
        "You liked Alien and Heat: another action thriller.",
        "As a fan of Heat, you may try this thriller.",
        "You love Heat, so here is a thriller.",
        "You clearly enjoy Casablanca, so here is a thriller.",
        "Because you liked Casablanca: a war thriller from 1986.",
        "Your favourite Casablanca led us to this thriller.",
        "You disliked Heat, so here is a thriller.",
    ],
)
def test_opinion_that_the_reader_does_not_have_is_refused(sentence: str) -> None:
    assert "which was not" in reasons(sentence, MIXED)


def test_nothing_was_liked_where_the_evidence_says_nothing_of_it() -> None:
    found = evidence("Aliens", Alien="neutral")
    assert "nothing that was liked" in reasons("Because you liked thrillers: this one is from 1986.", found)


def test_ordinary_words_are_no_titles() -> None:
    assert reasons("It is a thriller, and you liked Alien.") == ""
    assert "names the title" not in reasons("You liked Alien, so it may be a big thriller for you.")
    assert "names the title" not in reasons("Because you liked Alien: it is the godfather of thrillers.")


@pytest.mark.parametrize("title", ["Now and Then", "She's the One", "It"])
def test_title_of_ordinary_words_counts_where_it_is_written_as_one(title: str) -> None:
    assert "names the title" in reasons(f"Because you liked {title} and Alien: a thriller.")
    assert "names the title" not in reasons(f"Because you liked Alien: {title.lower()} a thriller.")
    assert "which was not liked" in reasons(
        f"You liked {title} so: a thriller.", evidence("Aliens", **{title: "neutral"})
    )


def test_category_in_lower_case_is_no_title() -> None:
    found = evidence("When Harry Met Sally...", Romantic_Comedy="liked")
    assert reasons("Because you liked Romantic Comedy: another romantic comedy.", found) == ""
    assert "names the title" in reasons("Because you liked Alien: a Romantic Comedy thriller.")


def test_title_of_digits_counts_in_quotation_marks_alone() -> None:
    found = evidence("Aliens", **{"1984": "liked"})
    assert reasons("Because you liked “1984”: a thriller.", found) == ""
    assert "says '1985'" in reasons("Because you liked 1985: a thriller.", found)


def test_short_form_of_a_title_is_not_another_items_title() -> None:
    found = evidence("Aliens", **{"Heat (Alien)": "liked"})
    assert "names the title 'alien'" in reasons("Because you liked Alien: a thriller.", found)


def test_director_may_be_named_where_the_evidence_has_one() -> None:
    recommended = LIKED.recommended._replace(
        attributes=(*LIKED.recommended.attributes, Attribute("director", "James Cameron"))
    )
    found = Evidence(recommended, LIKED.supporting_items)
    assert reasons("Because you liked Alien: a thriller directed by James Cameron.", found) == ""
    assert "names 'Scott'" in reasons("Because you liked Alien: a thriller by James Scott.", found)


def test_every_rule_that_is_broken_is_told_once() -> None:
    verdict = check("You loved Big and Casablanca by Bob, a comedy of 1999, a comedy!", LIKED, VOCABULARY)
    assert not verdict.passed
    assert len(verdict.reasons) == len(set(verdict.reasons)) >= 5


def test_prompt_of_ones_own_must_not_be_repeated() -> None:
    sentence = "Because you liked Alien, here is something that may suit you: a thriller."
    assert check(sentence, LIKED, VOCABULARY, INSTRUCTIONS).passed
    assert not check(sentence, LIKED, VOCABULARY, "Here is something that may suit them.").passed


TRUE = "Because you liked {} and {}: another {} thriller from {}."
OTHERS = [
    "Heat",
    "Casablanca",
    "The Godfather",
    "Alien Resurrection",
    "M*A*S*H",
    "You So Crazy",
    "Now and Then",
]


@given(st.sampled_from(OTHERS), st.booleans())
def test_another_title_is_refused(title: str, second: bool) -> None:
    titles = ("Alien", title) if second else (title, "Alien")
    assert "names the title" in reasons(TRUE.format(*titles, "science-fiction", 1986))


@given(st.integers(0, 9999).filter(lambda year: year != 1986))
def test_another_year_is_refused(year: int) -> None:
    assert f"says '{year}'" in reasons(TRUE.format("Alien", "The Terminator", "action", year))


@given(st.sampled_from(["comedy", "romantic", "crime", "horror", "musical", "animated", "skin-care"]))
def test_another_category_is_refused(category: str) -> None:
    assert "claims the category" in reasons(TRUE.format("Alien", "The Terminator", category, 1986))


@given(st.text(max_size=120))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = check(text, LIKED, VOCABULARY)
    assert verdict.passed == (not verdict.reasons)


def test_categories_that_are_spelt_in_two_ways_are_the_same() -> None:
    films = {"One Film": ("", "Skin-Care Comic"), "Other Film": ("", "Skin_Care Comedy")}
    table = catalogue_of(films)
    one, other = Descriptions.of(table, COLUMNS).items
    vocabulary = Vocabulary.of(table, COLUMNS)
    for description, word in ((one, "comic"), (other, "comedy")):
        sentence = f"This is a title filed under skin care and {word}."
        assert check(sentence, Evidence(description), vocabulary).passed
        assert check(template_sentence(Evidence(description)), Evidence(description), vocabulary).passed


def test_vocabulary_holds_titles_and_their_short_forms() -> None:
    found = Vocabulary.of(CATALOGUE, COLUMNS)
    for form in (
        ("seven",),
        ("se7en",),
        ("seven", "se7en"),
        ("terminator",),
        ("m", "a", "s", "h"),
        ("leon",),
    ):
        assert form in found.title_forms
    assert () not in found.title_forms
    assert found.category_forms["science", "fiction"] == {"science fiction"}
