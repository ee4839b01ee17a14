"""A claim is held against the item that the sentence speaks of, in any kind of catalogue."""

from __future__ import annotations

from itertools import pairwise

import pytest

from benchmarks.language.sentence_worlds import sentence_worlds
from palate.explain import check, template_sentence, true_sentences
from palate.explain.sentences.phrase_tree import first


def reasons(world: str, item: str, history: dict[str, str], text: str, popular: bool = False) -> str:
    known = sentence_worlds()[world]
    evidence = known.evidence({"item": item, "history": history, "popular": popular})
    return "; ".join(check(text, evidence, known.vocabulary).reasons)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("You liked Alien, a horror film from 1979, so here is Aliens, a thriller from 1986.", ""),
        ("You liked Alien, a horror film from 1986, so here is Aliens.", "'1986' of 'Alien'"),
        ("You liked Alien, so here is Aliens, a horror film.", "'horror' of what is recommended"),
        ("You liked the horror film Alien, so here is Aliens.", ""),
        ("You liked horror films, so here is Aliens.", ""),
        ("You liked westerns, so here is Aliens.", "'western'"),
        ("Here is Aliens, directed by James Cameron, because you liked Alien.", ""),
        ("Here is Aliens, directed by Ridley Scott, because you liked Alien.", "'ridley scott'"),
        (
            "Here is Aliens, directed by Sigourney Weaver, because you liked Alien.",
            "as if it were of 'director'",
        ),
        ("You liked Alien by Ridley Scott, so here is Aliens.", ""),
        ("You liked Alien by James Cameron, so here is Aliens.", "'james cameron' of 'Alien'"),
        ("Aliens, like Alien, which you liked, is an action film.", "'action' is not shared"),
        ("Here is Aliens, whose plot mentions a “sole survivor”, because you liked Alien.", ""),
        ("Here is Aliens, whose plot mentions a “deadly stowaway”, as you liked Alien.", "'deadly stowaway'"),
        ("Here is Aliens, a thriller that will calm your nerves, because you liked Alien.", "promises"),
        ("Here is a gripping thriller, because you liked Alien.", "'gripping', which cannot be read"),
        ("You wrote Alien, so here is another thriller.", "says that the reader wrote"),
        ("You bought Alien, so here is another thriller.", "says 'bought'"),
    ],
)
def test_claims_about_films_are_bound_to_their_subjects(text: str, wrong: str) -> None:
    found = reasons("films", "Aliens", {"Alien": "liked"}, text)
    assert wrong in found if wrong else found == ""


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("You bought Rose Hand Cream by Maison Lumière, so here is a lotion with shea butter.", ""),
        ("You bought Rose Hand Cream, so here is a lotion with rose water.", "'rose water'"),
        ("Like Rose Hand Cream, which you bought, Oat Body Lotion contains shea butter.", ""),
        (
            "Like Rose Hand Cream, which you bought, Oat Body Lotion contains oat milk.",
            "nothing that it says",
        ),
        ("You bought Rose Hand Cream, and this lotion is from the same brand.", "the brand is the same"),
        ("You bought Rose Hand Cream, and this lotion heals dry skin.", "promises something ('heals')"),
    ],
)
def test_claims_about_a_shop_need_no_words_of_its_own(text: str, wrong: str) -> None:
    found = reasons("shop", "Oat Body Lotion", {"Rose Hand Cream": "neutral"}, text)
    assert wrong in found if wrong else found == ""


def test_what_was_not_liked_may_be_said_and_nothing_else_be_denied() -> None:
    history = {"Alien": "disliked", "Heat": "liked"}
    assert (
        reasons("films", "Aliens", history, "Although you did not like Alien, you liked Heat: a thriller.")
        == ""
    )
    assert "not disliked" in reasons(
        "films", "Aliens", history, "You did not like Heat, but here is a thriller."
    )
    assert "denies" in reasons("films", "Aliens", history, "You liked Heat, and this is not a western.")


@pytest.mark.parametrize(
    "text",
    ["Weil dir Alien gefiel: ein Thriller von 1986.", "因为你喜欢《Alien》所以推荐这部惊悚片。"],
)
def test_other_languages_are_refused(text: str) -> None:
    assert reasons("films", "Aliens", {"Alien": "liked"}, text) != ""


@pytest.mark.parametrize("world", ["films", "shop", "news", "music"])
def test_template_and_grammar_say_a_fact_of_the_item_and_pass(world: str) -> None:
    known = sentence_worlds()[world]
    titles = list(known.descriptions)
    for item, other in pairwise(titles):
        evidence = known.evidence({"item": item, "history": {other: "liked"}, "popular": False})
        for text in (template_sentence(evidence), first(true_sentences(evidence))):
            assert check(text, evidence, known.vocabulary).reasons == (), text
            assert any(fact.text in text for fact in evidence.recommended.facts), text
