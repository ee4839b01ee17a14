"""Titles of any signs, such as a sentence can still tell from its own words and from each other."""

from __future__ import annotations

from hypothesis import strategies as st

from palate.explain.english.lexicon import ARTICLES, ENGLISH, FUNCTION_WORDS
from palate.explain.text.tokens import phrase_of

SENTENCE_WORDS = (
    FUNCTION_WORDS | ENGLISH.frame | ENGLISH.item_nouns | ENGLISH.linking | ENGLISH.liked | ENGLISH.disliked
) | {"watched", "took", "listened", "streamed", "another", "filed", "people", "many", "chosen", "not", "no"}


def is_told_apart(title: str) -> bool:
    """Whether a title is more than words of which sentences are made: of "which" nobody could tell."""
    words = set(phrase_of(title))
    return not words or bool(words - SENTENCE_WORDS)


def told_of(title: str) -> object:
    """What two titles have in common of which a sentence could not say which is meant."""
    return frozenset(phrase_of(title)) - ARTICLES or title


ODD_TITLES = st.text(max_size=60).map(lambda title: title or "untitled").filter(is_told_apart)
