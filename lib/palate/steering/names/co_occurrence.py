"""Co-occurrence: whether some item has several names at once, by an inverted index of their sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]
"""Places of sets, ascending."""


class CoOccurrence:
    """Looks at the sets of the rarest name: those of all items are too many to go through in a request."""

    def __init__(self, sets: Iterable[frozenset[str]]) -> None:
        """Take the different sets of names that items have."""
        places = defaultdict[str, list[int]](list)
        for place, names in enumerate(sets):
            for name in names:
                places[name].append(place)
        self._places = {name: np.array(found, np.int32) for name, found in places.items()}

    def has_together(self, names: Collection[str]) -> bool:
        """Whether a set has all of these names, of which there is at least one."""
        if not all(name in self._places for name in names):
            return False
        left, *others = sorted((self._places[name] for name in names), key=len)
        for other in others:
            left = _in_both(left, other)
        return len(left) > 0


def _in_both(few: Places, many: Places) -> Places:
    """Those of the `few` that are among the `many`, which are not empty."""
    both: Places = few[np.take(many, np.searchsorted(many, few), mode="clip") == few]
    return both
