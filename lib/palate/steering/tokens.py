"""Tokenisation of a request in words: words, numbers, signs, and each Chinese or Japanese character."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence, Set
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

MAX_PASSING = 3
"""Words that may stand within a phrase without being one of its own."""


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


def parted(token: RequestToken, place: int) -> tuple[RequestToken, RequestToken]:
    """The two parts of a token, of which the first has so many letters."""
    middle = token.start + place
    return token._replace(text=token.text[:place], end=middle), token._replace(
        text=token.text[place:], start=middle
    )


def phrase_of(text: str) -> Phrase:
    """The folded tokens of a text."""
    return tuple(token.text for token in tokenize(text))


class Phrases(ABC, Generic[T]):
    """Phrases and what each means; asked for the longest that begins at a token."""

    @property
    @abstractmethod
    def words(self) -> Set[str]:
        """Every token of the phrases."""

    @abstractmethod
    def _longest_from(self, word: str) -> int:
        """The tokens of the longest phrase that begins with a token; 0 for none."""

    @abstractmethod
    def _longest_of(self, words: Phrase) -> tuple[T, int] | None:
        """What the longest phrase at the beginning of these tokens means, and how many tokens it has."""

    def longest_at(
        self, tokens: Sequence[RequestToken], first: int, passing: frozenset[str] = frozenset()
    ) -> tuple[T, int] | None:
        """What the longest phrase from token `first` on means, and the index behind it, or None.

        Words that are `passing` may stand between those of the phrase.
        """
        longest = self._longest_from(tokens[first].text) if first < len(tokens) else 0
        if not longest:
            return None
        places: Sequence[int] = range(first, min(first + longest, len(tokens)))
        if passing:
            places = _less(tokens, first, passing, longest)
        found = self._longest_of(tuple(tokens[place].text for place in places))
        return None if found is None else (found[0], places[found[1] - 1] + 1)


class PhraseTable(Phrases[T]):
    """Phrases in a dictionary."""

    def __init__(self, meanings: Mapping[Phrase, T]) -> None:
        self._meanings = {phrase: meaning for phrase, meaning in meanings.items() if phrase}
        self._longest: dict[str, int] = {}
        """By its first token, the tokens of the longest phrase."""
        for phrase in self._meanings:
            self._longest[phrase[0]] = max(self._longest.get(phrase[0], 0), len(phrase))

    @property
    def words(self) -> frozenset[str]:
        return frozenset(token for phrase in self._meanings for token in phrase)

    def __contains__(self, phrase: Phrase) -> bool:
        return phrase in self._meanings

    def _longest_from(self, word: str) -> int:
        return self._longest.get(word, 0)

    def _longest_of(self, words: Phrase) -> tuple[T, int] | None:
        for length in range(len(words), 0, -1):
            if words[:length] in self._meanings:
                return self._meanings[words[:length]], length
        return None


def _less(tokens: Sequence[RequestToken], first: int, passing: frozenset[str], count: int) -> Sequence[int]:
    """The next places from `first` on, less those of words that are passing; at most `count`."""
    window = range(first, min(first + count + MAX_PASSING, len(tokens)))
    return [place for place in window if place == first or tokens[place].text not in passing][:count]


def _folded(text: str) -> str:
    return fold(text).replace("\u2019", "'")
