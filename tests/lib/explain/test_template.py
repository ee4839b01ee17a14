"""Template sentences read well, and say nothing that the evidence does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.explain import Description, Evidence, Sentiment, check, template_sentence
from palate.explain.english.category_names import CategoryLexicon, article, kind_of, listed
from tests.support.worlds.explanations import (
    BY_TITLE,
    FILMS,
    VOCABULARY,
    WORDING,
    evidence,
    supporting_item,
)
from tests.support.worlds.odd_titles import ODD_TITLES, told_of


@pytest.mark.parametrize(
    ("given_evidence", "sentence"),
    [
        (
            evidence("Aliens", Alien="liked", The_Terminator="liked"),
            "Because you liked Alien and The Terminator: "
            "another action science-fiction thriller, this one from 1986.",
        ),
        (
            evidence("Aliens", Alien="liked", Heat="neutral"),
            "Because you liked Alien and watched Heat: another action thriller, this one from 1986.",
        ),
        (evidence("Big", Heat="neutral"), "Because you watched Heat: a children's comedy from 1988."),
        (evidence("It", Alien="liked"), "Because you liked Alien: another horror title."),
        (evidence("You So Crazy", Big="liked"), "Because you liked Big: a title from 1994."),
        (
            evidence("Alien", Big="disliked"),
            "Because you watched Big, although you disliked it: an action horror thriller from 1979.",
        ),
        (
            evidence("Alien", Heat="disliked", It="neutral", Aliens="liked"),
            "Because you watched It, liked Aliens and watched Heat, although you disliked it: "
            "an action horror thriller from 1979.",
        ),
        (
            evidence("Casablanca", popular=True),
            "Many people have chosen this: a romantic war drama from 1942.",
        ),
        (
            evidence("Bubble Bath", Bubble_Bath="neutral"),
            "Because you watched Bubble Bath: also filed under bath and skin care.",
        ),
        (
            evidence("When Harry Met Sally...", **{"Dude, Where's My Car?": "liked"}),
            "Because you liked \u2018Dude, Where's My Car?\u2019: another comedy, this one from 1989.",
        ),
        (Evidence(Description("Something")), "This is a suggestion from the catalogue."),
        (Evidence(Description("Something"), popular=True), "Many people have chosen this."),
    ],
)
def test_sentence_is_as_expected(given_evidence: Evidence, sentence: str) -> None:
    assert template_sentence(given_evidence) == sentence


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Any films of the catalogue, or titles of any signs, with any opinions."""
    titles = st.sampled_from(sorted(FILMS)) | ODD_TITLES
    recommended = BY_TITLE[draw(st.sampled_from(sorted(FILMS)))]
    recommended = replace_title(recommended, draw(st.none() | ODD_TITLES))
    sentiments, verbs = (
        st.sampled_from(Sentiment),
        st.sampled_from(["watched", "took", "listened to", "streamed"]),
    )
    history = draw(
        st.lists(st.tuples(titles, sentiments, verbs), max_size=4, unique_by=lambda each: told_of(each[0]))
    )
    supporting_items = tuple(supporting_item(title, recommended, felt, verb) for title, felt, verb in history)
    return Evidence(recommended, supporting_items, popular=draw(st.booleans()))


def replace_title(description: Description, title: str | None) -> Description:
    return description if title is None else description._replace(title=title)


@given(evidences())
def test_every_template_sentence_passes_the_checker(found: Evidence) -> None:
    assert check(template_sentence(found), found, VOCABULARY).reasons == ()


@given(evidences())
def test_nothing_is_liked_that_was_not(found: Evidence) -> None:
    neutral = [replace(each, sentiment=Sentiment.NEUTRAL) for each in found.supporting_items]
    assert " liked " not in f" {template_sentence(replace(found, supporting_items=tuple(neutral)))}".split(
        ":"
    )[0] or any("liked" in each.description.title for each in neutral)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("Sci-Fi", "science fiction"), ("Film-Noir", "film noir"), ("Skin_Care", "skin care"), ("TV", "TV"),
     ("Children's", "children's"), ("3D", "3D"), ("Comedy", "comedy")],
)  # fmt: skip
def test_categories_are_spelt_naturally(name: str, spelt: str) -> None:
    assert CategoryLexicon(WORDING).natural(name) == spelt


@pytest.mark.parametrize(
    ("categories", "kind"),
    [
        (("comedy", "romance"), "romantic comedy"),
        (("animation", "children's", "comedy", "musical"), "animated children's comedy"),
        (("horror",), "horror title"),
        (("film noir", "thriller"), "film-noir thriller"),
        (("skin care",), "skin care title"),
        (("comedy", "skin care"), "skin care comedy"),
        (("bath", "skin care"), None),
        (("gift sets",), None),
        ((), None),
    ],
)
def test_categories_become_a_phrase_where_they_are_known(
    categories: tuple[str, ...], kind: str | None
) -> None:
    lexicon = CategoryLexicon(WORDING)
    names = {lexicon.natural(name): name for name in WORDING}
    assert kind_of([lexicon.words(names.get(name, name)) for name in categories], "title") == kind


def test_articles_and_lists_read_well() -> None:
    assert [article(noun) for noun in ("action", "comedy", "European")] == [
        "an action",
        "a comedy",
        "a European",
    ]
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
