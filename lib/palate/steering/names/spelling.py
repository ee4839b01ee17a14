"""Spelling: a word of a request that is one slip away from a single word of the catalogue's names."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache
from string import ascii_lowercase

from palate.steering.tokens import RequestToken

SHORTEST = 5
"""Letters of the shortest word that is corrected: shorter ones have too many neighbours."""
SLIPS_KEPT = 1024
"""Words whose slips are remembered: each is looked up in every language."""


def may_be_meant(word: str) -> bool:
    """Whether a word is one that another may be a slip of: of letters alone, and not too short."""
    return len(word) >= SHORTEST and word.isalpha()


class NameSpelling:
    """Corrects a letter that is missing, wrong, too many or out of place, but never the first."""

    def __init__(self, names: Sequence[Set[str]], known: Set[str], endings: Sequence[str]) -> None:
        """Take the words of names, others that a request may use, and what is written behind an owner's name.

        All are folded.
        """
        self._names, self._known, self._endings = names, known, endings

    def knows(self, word: str) -> bool:
        """Whether a name has the word, or a request may use it."""
        return word in self._known or self._is_of_name(word)

    def corrected(self, token: RequestToken) -> RequestToken:
        """The token with the name's word that is meant; itself where it is known, or several may be."""
        return token if self.knows(token.text) else token._replace(text=self._nearest(token.text))

    def _nearest(self, word: str) -> str:
        for ending in self._endings:
            if word.endswith(ending) and self._is_of_name(word.removesuffix(ending)):
                return word.removesuffix(ending)
        if len(word) < SHORTEST or not word.isalpha():
            return word
        near = {name for names in self._names for name in names & _slips(word)}
        return near.pop() if len(near) == 1 else word

    def _is_of_name(self, word: str) -> bool:
        return any(word in names for names in self._names)


@lru_cache(SLIPS_KEPT)
def _slips(word: str) -> frozenset[str]:
    """The words of at least so many letters that are one slip away."""
    parts = [(word[:place], word[place:]) for place in range(1, len(word) + 1)]
    missing = {before + letter + behind for before, behind in parts for letter in ascii_lowercase}
    wrong = {before + letter + behind[1:] for before, behind in parts[:-1] for letter in ascii_lowercase}
    too_many = {before + behind[1:] for before, behind in parts[:-1] if len(word) > SHORTEST}
    swapped = {before + behind[1] + behind[0] + behind[2:] for before, behind in parts[:-2]}
    return frozenset(missing | wrong | too_many | swapped)
