"""Spelling: a word of a request that is one slip away from a single word of the catalogue's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from string import ascii_lowercase

SHORTEST = 5
"""Letters of the shortest word that is corrected: shorter ones have too many neighbours."""


class NameSpelling:
    """Corrects a letter that is missing, wrong, too many, or in its neighbour's place, but never the first."""

    def __init__(self, names: Sequence[Set[str]], known: Set[str], endings: Sequence[str]) -> None:
        """Take the words of names, others that a request may use, and what is written behind an owner's name.

        All are folded.
        """
        self._names, self._known, self._endings = names, known, endings

    def _is_of_name(self, word: str) -> bool:
        return any(word in names for names in self._names)

    def corrected(self, word: str) -> str:
        """The word of a name that is meant, or the word itself where it is known, or where several may be."""
        if word in self._known or self._is_of_name(word) or not word[:1].isalpha():
            return word
        for ending in self._endings:
            if word.endswith(ending) and self._is_of_name(word.removesuffix(ending)):
                return word.removesuffix(ending)
        near = set(filter(self._is_of_name, _slips(word))) if len(word) >= SHORTEST else set()
        return near.pop() if len(near) == 1 else word


def _slips(word: str) -> Iterator[str]:
    """The words of at least so many letters that are one slip away."""
    for place in range(1, len(word) + 1):
        before, behind = word[:place], word[place:]
        yield from (before + letter + behind for letter in ascii_lowercase)
        if behind:
            yield from (before + letter + behind[1:] for letter in ascii_lowercase)
        if behind and len(word) > SHORTEST:
            yield before + behind[1:]
        if len(behind) > 1:
            yield before + behind[1] + behind[0] + behind[2:]
