"""Near spellings: the names most like a misspelt one, with the same work however many names there are."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

COMPARED = 32
"""Names on either side of a misspelt one, in the order of the alphabet, that it is compared with."""
COMPARED_CHARACTERS = 48
"""The beginning of a name that is compared: the work grows with the product of the lengths."""
CUTOFF = 0.5
"""Least similarity, 0 to 1."""


def alphabetical(names: Sequence[str]) -> NDArray[np.int32]:
    """The indices of names in the order of the alphabet, equal ones in their own; int32 [names]."""
    spelt = list(names)
    return np.array(sorted(range(len(spelt)), key=spelt.__getitem__), np.int32)


class NearNames:
    """Names in the order of the alphabet, where those that begin alike stand together."""

    def __init__(
        self,
        names: Sequence[str],
        order: NDArray[np.int32] | None = None,
        spelt: Callable[[str], str] = str,
    ) -> None:
        """Take names, how they are spelt when they are compared, and the `alphabetical` order of these forms.

        Without an order it is worked out.
        """
        self._names, self._spelt = names, spelt
        self._order = alphabetical([spelt(name) for name in names]) if order is None else order

    def nearest(self, name: str, count: int, cutoff: float = CUTOFF) -> list[int]:
        """Indices of the `count` names most like a name, among those that begin most like it; best first."""
        beginning = name[:COMPARED_CHARACTERS]
        place = bisect_left(self._order, beginning, key=self._beginning)
        indices = self._order[max(0, place - COMPARED) : place + COMPARED].tolist()
        window = [self._beginning(index) for index in indices]
        near = difflib.get_close_matches(beginning, window, n=count, cutoff=cutoff)
        return [indices[window.index(match)] for match in near]

    def _beginning(self, index: int) -> str:
        return self._spelt(self._names[int(index)])[:COMPARED_CHARACTERS]
