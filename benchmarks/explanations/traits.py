"""What summaries of a person and of an item say, in words that a sentence can use."""

from __future__ import annotations

import re

from palate.explain.english.lexicon import FUNCTION_WORDS


def _in_order(text: str) -> tuple[str, ...]:
    """The words of a list that is written as text."""
    return tuple(text.split())


QUALITIES = _in_order("""
    engaging captivating compelling thrilling emotional heartwarming romantic suspenseful humorous
    intriguing entertaining unique inspiring informative exciting thought-provoking fast-paced gripping steamy
    sweet dark intense passionate funny light-hearted relatable uplifting historical contemporary paranormal
    psychological insightful enjoyable well-written realistic complex strong action-packed mysterious
    heartfelt charming witty unexpected educational practical spiritual powerful touching
""")
"""Adjectives of stories and their readers' tastes, those that are said most often first."""

SUBJECTS = _in_order("""
    characters romance suspense mystery humor action adventure relationships chemistry twists themes drama
    love friendship faith family magic history world-building growth passion emotion insights information
    journey struggles redemption secrets
""")
"""What stories have, those that are said most often first."""

_LIKING = re.compile(
    r"\b(?:enjoys?|appreciates?|prefers?|loves?|likes?|values?|drawn to|interested in|fans? of|fond of)\s+"
    r"(.+?)(?=[.;!]|$|\b(?:will|would|may|should|can|might)\b)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r",\s*(?:and|or|as well as|but also)?\s+|\s+as well as\s+|\s+along with\s+")
_BEFORE = re.compile(
    r"^(?:(?:and|or|also|both|either|(?:especially|particularly) those|such as|including|the|this|an?)\s+)+",
    re.IGNORECASE,
)
_DANGLING = ("in ", "set ", "with ", "interested", "who ", "book ", "for ", "by ")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_ENDINGS = ("ingly", "edly", "ing", "ed", "es", "s", "ly")
MOST_WORDS = 14
"""Words of a liking."""


def qualities_in(text: str) -> list[str]:
    """Adjectives of `QUALITIES` in a text, in the order of that list."""
    return _said(QUALITIES, text)


def subjects_in(text: str) -> list[str]:
    """Nouns of `SUBJECTS` in a text, in the order of that list."""
    return _said(SUBJECTS, text)


def likings_in(text: str, title: str) -> list[str]:
    """What a text says is liked, word by word as it says it, without what is only the title."""
    # What follows on "enjoy this" is the item itself.
    said = [found[1] for found in _LIKING.finditer(text) if not found[1].lower().startswith("this ")]
    parts = [part for liked in said for part in _BETWEEN.split(liked)]
    clean = [_BEFORE.sub("", part.strip(" '\"")).strip(" '\"") for part in parts]
    return list(dict.fromkeys(part for part in clean if _is_liking(part, title)))


def claims_in(text: str) -> list[str]:
    """Stems of the words that say something, each once: neither words of grammar nor of one letter."""
    found = (word for word in _words(text) if word not in FUNCTION_WORDS and len(word) > 1)
    return list(dict.fromkeys(stem(word) for word in found))


def stem(word: str) -> str:
    """A word in lower case without its commonest endings: `stories`, `story`; `exciting`, `excited`."""
    word = word.lower().removesuffix("'s").removesuffix("\u2019s")
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending).removesuffix("e")
    return word.removesuffix("e")


def _said(names: tuple[str, ...], text: str) -> list[str]:
    known = set(claims_in(text))
    return [name for name in names if stem(name) in known]


def _is_liking(part: str, title: str) -> bool:
    words = _words(part)
    if not words or len(words) > MOST_WORDS or part.lower().startswith(_DANGLING):
        return False
    return words[:2] != _words(title)[:2] and bool(set(claims_in(part)) - {"book", "novel", "story", "read"})


def _words(text: str) -> list[str]:
    """Words in lower case; one with hyphens is one word, and its parts are words too."""
    whole = [word.lower() for word in _WORD.findall(text)]
    return [each for word in whole for each in ([word, *word.split("-")] if "-" in word else [word])]
