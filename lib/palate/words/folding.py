"""Unicode folding: what differs only in case, accents, width or ligatures becomes equal."""

from __future__ import annotations

import unicodedata

import regex

_DROPPED = regex.compile(r"[\u0300-\u036f\p{Cf}]+")
"""Combining accents, and signs that are not seen, such as soft hyphens and marks of direction. Marks of other
blocks stay: they are the vowels of Indic scripts and of Thai, and part kana from kana."""


def fold(text: str) -> str:
    """The text in compatibility form, without case, accents and invisible signs; again, it stays as it is.

    As in Lucene's ICUFoldingFilter: NFKC, case folding, and the accents of Latin, Greek and Cyrillic dropped.
    Letters with a stroke, such as "ø", are letters of their own.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", _without_accents(_without_accents(text)))


def _without_accents(text: str) -> str:
    """Decomposed and without case; what case folding makes may hold accents of its own, hence asked twice."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare: str = _DROPPED.sub("", decomposed)
    return bare
