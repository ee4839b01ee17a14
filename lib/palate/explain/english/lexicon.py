"""Lexicon: the words of English sentences that the checker can read, out of the language pack."""

from __future__ import annotations

from palate.explain.text.sentence_pack import sentence_pack

ENGLISH = sentence_pack("en")
ARTICLES = ENGLISH.articles
SMALL_WORDS, FUNCTION_WORDS = ARTICLES | ENGLISH.small, ARTICLES | ENGLISH.function
NUMBERS, DECADES = ENGLISH.numbers, ENGLISH.decades


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(text.split())
