"""Sentences from two summaries say what the summaries say, and nothing else."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.explanations.summaries import (
    Summaries,
    check_summary,
    summary_request,
    summary_sentences,
    unsupported,
)
from benchmarks.explanations.traits import claims_in, likings_in, qualities_in, stem, subjects_in
from palate.explain.sentences.phrase_tree import sample

KNOWN = Summaries(
    "High Voltage (Fever)",
    "The user enjoys steamy romance novels with strong chemistry. They also appreciate witty humor.",
    "Fans of romance and sci-fi will enjoy this thrilling and emotional finale, full of action.",
)


def test_words_of_known_kinds_are_found_in_any_form() -> None:
    assert qualities_in("It THRILLED me, an emotional, thought-provoking book") == [
        "thrilling",
        "emotional",
        "thought-provoking",
    ]
    assert subjects_in("mysteries and a theme") == ["mystery", "themes"]
    assert subjects_in("them") == []


def test_likings_are_what_is_said_to_be_liked_without_the_title() -> None:
    assert likings_in("Fans of dark thrillers, Dune and family sagas will enjoy this.", "Dune") == [
        "dark thrillers",
        "Dune and family sagas",
    ]
    assert likings_in("Readers who enjoy Dune would like it.", "Dune") == []


@pytest.mark.parametrize(
    ("word", "root"), [("stories", "story"), ("Exciting", "excit"), ("excited", "excit"), ("less", "less")]
)
def test_stem_takes_common_endings_off(word: str, root: str) -> None:
    assert stem(word) == root


def test_claims_are_words_that_say_something() -> None:
    assert claims_in("They would be in a haunted house") == ["haunt", "hous"]


def test_template_is_the_first_sentence() -> None:
    assert summary_request("1", KNOWN).template == (
        "The user would buy the book because it offers a thrilling and emotional story with the romance and "
        "the action, and they enjoy the steamy humor and chemistry, making it a strong and witty read for "
        "fans of romance and sci-fi."
    )


@given(st.integers(0, 10_000))
def test_permitted_sentences_say_only_what_the_summaries_say(seed: int) -> None:
    assert check_summary(sample(summary_sentences(KNOWN), Random(seed)), KNOWN).passed


def test_foreign_claims_are_refused_by_name() -> None:
    text = "The user would buy the book because it offers a thrilling story with dragons."
    assert unsupported(text, KNOWN) == ["dragon"]
    assert check_summary(text, KNOWN).reasons == ("says 'dragon', which no summary does",)
    assert not check_summary("x" * 3000, KNOWN).passed


def test_nothing_known_still_makes_a_sentence() -> None:
    empty = Summaries("Dune", "", "")
    assert summary_request("1", empty).template == (
        "The user would buy the book because it offers a story, making it a read."
    )
