"""Tokenisation of a request in words: words, numbers, signs, and each Chinese or Japanese character."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from palate.words import fold

Phrase = tuple[str, ...]
"""Folded tokens of one or several words."""

_IDEOGRAPHS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)*|[{_IDEOGRAPHS}]|[^\W\d_{_IDEOGRAPHS}]+(?:['\u2019][^\W\d_{_IDEOGRAPHS}]+)*|[^\w\s]|_"
)
_JOINING_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")

T = TypeVar("T")


class RequestToken(NamedTuple):
    """A token as it is compared, and where the request has it."""

    text: str
    """Folded: without case, accents, compatibility forms and typographic apostrophes."""
    start: int
    end: int


def tokenize(text: str) -> list[RequestToken]:
    """The tokens of a text; a hyphen within a word parts it, and is no token."""
    parted = _JOINING_HYPHEN.sub(" ", text)
    return [RequestToken(_folded(match[0]), match.start(), match.end()) for match in _TOKEN.finditer(parted)]


def phrase_of(text: str) -> Phrase:
    """The folded tokens of a text."""
    return tuple(token.text for token in tokenize(text))


class PhraseTable(Generic[T]):
    """Phrases and what each means; asked for the longest that begins at a token."""

    def __init__(self, meanings: Mapping[Phrase, T]) -> None:
        self._meanings = {phrase: meaning for phrase, meaning in meanings.items() if phrase}
        self._longest = max(map(len, self._meanings), default=0)

    def __contains__(self, phrase: Phrase) -> bool:
        return phrase in self._meanings

    def longest_at(self, tokens: Sequence[RequestToken], first: int) -> tuple[T, int] | None:
        """What the longest phrase from token `first` on means, and the index behind it, or None."""
        words = tuple(token.text for token in tokens[first : first + self._longest])
        for length in range(len(words), 0, -1):
            if words[:length] in self._meanings:
                return self._meanings[words[:length]], first + length
        return None


def _folded(text: str) -> str:
    return fold(text).replace("\u2019", "'")
