"""Near spellings: the names most like a misspelt one, with the same work however many names there are."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Sequence

COMPARED = 32
"""Names on either side of a misspelt one, in the order of the alphabet, that it is compared with."""
COMPARED_CHARACTERS = 48
"""The beginning of a name that is compared: the work grows with the product of the lengths."""
CUTOFF = 0.5
"""Least similarity, 0 to 1."""


class NearNames:
    """Names in the order of the alphabet, where those that begin alike stand together."""

    def __init__(self, names: Sequence[str]) -> None:
        self._order = sorted(range(len(names)), key=names.__getitem__)
        self._names = [names[index][:COMPARED_CHARACTERS] for index in self._order]

    def nearest(self, name: str, count: int, cutoff: float = CUTOFF) -> list[int]:
        """Indices of the `count` names most like a name, among those that begin most like it; best first."""
        beginning = name[:COMPARED_CHARACTERS]
        place = bisect_left(self._names, beginning)
        first = max(0, place - COMPARED)
        window = self._names[first : place + COMPARED]
        near = difflib.get_close_matches(beginning, window, n=count, cutoff=cutoff)
        return [self._order[first + window.index(match)] for match in near]
