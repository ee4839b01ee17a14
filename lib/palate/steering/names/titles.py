"""Titles in requests: which items a run of words names, by hashes of phrases in arrays that may be mapped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import chain
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from palate.data.hashing import places_among, text_hashes
from palate.steering.names.spelling import may_be_meant
from palate.steering.phrases import phrase_pack
from palate.steering.tokens import Phrase, Phrases, phrase_of

LONGEST_TITLE = 12
"""Tokens of the longest title that is recognised in a request."""

_AFTER_COMMA = re.compile(r"^(?P<title>.+), (?P<article>[^\s,]{1,4})$")
_IN_PARENTHESES = re.compile(r"\s*\([^()]*\)\s*$")
_BETWEEN = "\n"
"""Parts the tokens of a phrase in what is hashed; none has it."""


class TitleArrays(NamedTuple):
    """The forms of all titles, told apart by hashes of eight bytes."""

    phrases: NDArray[np.uint64]
    """Hash of each form, rising, [forms]."""
    offsets: NDArray[np.int64]
    """Where the items of each form begin, and behind the last one's their end, [forms + 1]."""
    items: NDArray[np.int32]
    """Catalogue indices, one form's behind the other's, [entries]."""
    firsts: NDArray[np.uint64]
    """Hash of each token that a form begins with, rising, [first tokens]."""
    longest: NDArray[np.int8]
    """Tokens of the longest form that begins with it, [first tokens]."""
    words: NDArray[np.uint64]
    """Hash of every token of the forms, rising, [tokens]."""
    meant: NDArray[np.uint8]
    """The tokens that a misspelt word may mean, a line each in UTF-8, [bytes]."""

    @classmethod
    def of(cls, titles: Iterable[str], articles: Set[Phrase]) -> Self:
        """Those of the titles of a catalogue; a form may be without its first word, if that is an article."""
        forms = _forms(titles, articles)
        hashes = _hashes(forms)
        order = np.argsort(hashes)
        # The items of each form in the order of the hashes.
        bearers = [*forms.values()]
        lengths = np.array([len(bearers[place]) for place in order.tolist()], np.int64)
        items = chain.from_iterable(bearers[place] for place in order.tolist())
        longest = defaultdict[str, int](int)
        for phrase in forms:
            longest[phrase[0]] = max(longest[phrase[0]], len(phrase))
        firsts = text_hashes(longest)
        by_hash = np.argsort(firsts)
        tokens = set(chain.from_iterable(forms))
        return cls(
            phrases=hashes[order],
            offsets=np.concatenate([[0], np.cumsum(lengths)]),
            items=np.fromiter(items, np.int32),
            firsts=firsts[by_hash],
            longest=np.array(list(longest.values()), np.int8)[by_hash],
            words=np.sort(text_hashes(tokens)),
            meant=np.frombuffer(_BETWEEN.join(sorted(filter(may_be_meant, tokens))).encode(), np.uint8),
        )


def title_articles(languages: Iterable[str]) -> frozenset[Phrase]:
    """The articles that a title may be without in requests in these languages."""
    return frozenset(phrase_of(text) for language in languages for text in phrase_pack(language).articles)


class TitleTable(Phrases[tuple[int, ...]]):
    """By a title, the catalogue indices of the items that bear it."""

    def __init__(self, arrays: TitleArrays) -> None:
        self._arrays = arrays
        self._words = HashedWords(arrays.words, arrays.meant.tobytes().decode().split(_BETWEEN))

    @property
    def words(self) -> HashedWords:
        return self._words

    def _longest_from(self, word: str) -> int:
        place = places_among(self._arrays.firsts, text_hashes([word]))[0]
        return 0 if place < 0 else int(self._arrays.longest[place])

    def _longest_of(self, words: Phrase) -> tuple[tuple[int, ...], int] | None:
        beginnings = _hashes(words[:length] for length in range(1, len(words) + 1))
        places = places_among(self._arrays.phrases, beginnings)
        found = np.flatnonzero(places >= 0)
        if not len(found):
            return None
        begin, end = self._arrays.offsets[places[found[-1]] :][:2].tolist()
        return tuple(self._arrays.items[begin:end].tolist()), int(found[-1]) + 1


class HashedWords(Set[str]):
    """Words by their hashes: they can be looked up one by one, and not listed."""

    def __init__(self, hashes: NDArray[np.uint64], meant: Iterable[str]) -> None:
        """Take rising hashes, and the words that a misspelt one may mean, of which hundreds are tried."""
        self._hashes, self._meant = hashes, frozenset(meant)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(places_among(self._hashes, text_hashes([word]))[0] >= 0)

    def __and__(self, words: Set[Any]) -> frozenset[str]:
        """Those of some words that a misspelt one may mean."""
        return self._meant & words

    def __iter__(self) -> Iterator[str]:
        raise TypeError("words that are known by their hashes cannot be listed")

    def __len__(self) -> int:
        return len(self._hashes)


def _forms(titles: Iterable[str], articles: Set[Phrase]) -> dict[Phrase, tuple[int, ...]]:
    """By each form, the items that bear it."""
    said = ((phrase_of(form), item) for item, title in enumerate(titles) for form in _title_forms(title))
    forms = [(phrase, item) for phrase, item in said if phrase and len(phrase) <= LONGEST_TITLE]
    short = ((phrase[1:], item) for phrase, item in forms if phrase[:1] in articles and len(phrase) > 1)
    # A whole title comes before another one less its article.
    return _grouped(short) | _grouped(forms)


def _title_forms(title: str) -> set[str]:
    """A title as it is, without what stands in parentheses behind it, and with its article in front."""
    short = _IN_PARENTHESES.sub("", title)
    moved = _AFTER_COMMA.match(short)
    return {title, short} | ({f"{moved['article']} {moved['title']}"} if moved else set())


def _grouped(pairs: Iterable[tuple[Phrase, int]]) -> dict[Phrase, tuple[int, ...]]:
    grouped: defaultdict[Phrase, dict[int, None]] = defaultdict(dict)
    for phrase, item in pairs:
        grouped[phrase][item] = None
    return {phrase: tuple(items) for phrase, items in grouped.items()}


def _hashes(phrases: Iterable[Phrase]) -> NDArray[np.uint64]:
    return text_hashes(map(_BETWEEN.join, phrases))
