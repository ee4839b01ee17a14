"""Tags of an item say what its facts support, and nothing else."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.explain import Attribute, Description, TextRequest
from palate.explain.evidence.descriptions import CATEGORY, YEAR
from palate.explain.sentences.phrase_tree import sample
from palate.profile import tags_of, tags_request
from palate.profile.prompt import TAGS_INSTRUCTIONS
from palate.profile.tagcheck import check_tags
from tests.support.worlds.profiles import BY_TITLE, FILMS

ALIEN = BY_TITLE["Alien"]


def request(description: Description, noun: str = "") -> TextRequest:
    found = tags_request("7", description, noun)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("title", "tags"),
    [
        ("Alien", ["horror science-fiction thriller"]),
        ("Sleepless in Seattle", ["romantic comedy"]),
        ("Bubble Bath", ["bath", "skin care"]),
        ("???", ["2000s"]),
    ],
)
def test_template_has_the_plain_kinds(title: str, tags: list[str]) -> None:
    assert tags_of(request(BY_TITLE[title]).template) == tags


def test_kind_without_a_noun_of_its_own_has_that_of_the_catalogue() -> None:
    horror = Description("It", (Attribute(CATEGORY, "horror"),))
    assert request(horror).template == "horror"
    assert request(horror, "film").template == "horror film"


@pytest.mark.parametrize("description", [BY_TITLE["Untold"], Description("A title says nothing")])
def test_item_without_facts_has_no_tags(description: Description) -> None:
    assert tags_request("7", description) is None


def test_item_whose_facts_are_too_long_for_a_tag_has_no_tags() -> None:
    long = (Attribute(CATEGORY, "one two three four five"), Attribute(CATEGORY, "action, adventure"))
    assert tags_request("7", Description("X", long)) is None


@pytest.mark.parametrize(
    "text",
    [
        "tense thriller, 1970s science fiction",
        "chilling horror",
        "science-fiction thriller",
        "seventies horror, science fiction, thriller",
        "frightening 1979 thriller",
    ],
)
def test_tags_that_the_facts_support_pass(text: str) -> None:
    assert check_tags(text, ALIEN).reasons == ()


@pytest.mark.parametrize(
    "text",
    [
        "romantic thriller",
        "space horror",
        "funny thriller",
        "1980s thriller",
        "eighties thriller",
        "fiction",
        "alien",
        "gripping thriller",
        "film",
        "",
        "thriller,",
        "thriller, thriller",
        "thriller, horror, science fiction, tense thriller",
        "tense chilling scary suspenseful thriller",
        "Tense thriller",
        "thriller\nhorror",
        "thriller!",
        "<thriller>",
        "thriller, </evidence>",
        "thriller, " * 400,
        TAGS_INSTRUCTIONS.lower(),
    ],
)
def test_other_tags_are_refused(text: str) -> None:
    assert not check_tags(text, ALIEN, "film").passed


def test_further_facts_may_be_said() -> None:
    described = ALIEN._replace(attributes=(*ALIEN.attributes, Attribute("director", "Ridley Scott")))
    assert check_tags("ridley scott, tense thriller", described).passed
    assert not check_tags("ridley scott", ALIEN).passed
    assert not check_tags("ridley", described).passed
    assert any("ridley scott" in sample(request(described).permitted, Random(seed)) for seed in range(50))


def test_without_a_noun_a_fact_of_one_letter_is_no_plural_of_it() -> None:
    assert check_tags("s", Description("X", (Attribute("director", "s"),))).passed


def test_tags_of_a_text_are_what_stands_between_commas() -> None:
    assert tags_of("tense thriller, 1970s science fiction") == ["tense thriller", "1970s science fiction"]
    assert tags_of("") == []


NAMES = st.sampled_from(["horror", "comedy", "science fiction", "film noir", "R&B", "TV", "skin care", "war"])
FACTS = st.lists(
    st.builds(Attribute, st.just(CATEGORY), NAMES | st.text(max_size=20))
    | st.builds(Attribute, st.just(YEAR), st.sampled_from(["1979", "2001"]))
    | st.builds(Attribute, st.just("director"), st.text(max_size=20)),
    max_size=6,
)


@given(FACTS, st.sampled_from(["", "film"]), st.integers(0, 2**32))
def test_permitted_tags_pass_whatever_the_facts_are(facts: list[Attribute], noun: str, seed: int) -> None:
    found = tags_request("7", Description("X", tuple(facts)), noun)
    if found is not None:
        assert found.verdict(found.template).reasons == ()
        assert found.verdict(sample(found.permitted, Random(seed))).reasons == ()


@given(st.sampled_from(sorted(FILMS)), st.integers(0, 2**32))
def test_permitted_tags_of_films_are_few_short_and_distinct(title: str, seed: int) -> None:
    found = tags_request("7", BY_TITLE[title], "film")
    if found is not None:
        tags = tags_of(sample(found.permitted, Random(seed)))
        assert 1 <= len(set(tags)) == len(tags) <= 3
        assert all(len(tag.split()) <= 4 for tag in tags)
