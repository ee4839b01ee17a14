"""Name index: items by the hashes of their ids, and ids and titles in the order of the alphabet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from palate.data.hashing import text_hashes
from palate.recommender.lookup.near_names import alphabetical
from palate.words import fold


class NameIndex(NamedTuple):
    """20 bytes an item, which may be mapped."""

    id_hashes: NDArray[np.uint64]
    """Of each id, rising, [items]."""
    id_items: NDArray[np.int32]
    """The items in the order of the hashes, [items]."""
    id_order: NDArray[np.int32]
    """The items in the order of their ids, [items]."""
    title_order: NDArray[np.int32]
    """The items in the order of their folded titles, [items]."""

    @classmethod
    def of(cls, items: Sequence[str], titles: Sequence[str]) -> Self:
        """That of a catalogue by its ids and titles."""
        hashes = text_hashes(items)
        order = np.argsort(hashes, kind="stable")
        return cls(
            id_hashes=hashes[order],
            id_items=order.astype(np.int32),
            id_order=alphabetical(items),
            title_order=alphabetical([fold(title) for title in titles]),
        )

    def find(self, items: Sequence[str], item: str) -> int | None:
        """The item of this id among the ids of the catalogue, or None."""
        key = text_hashes([item])[0]
        place = int(np.searchsorted(self.id_hashes, key))
        while place < len(self.id_hashes) and self.id_hashes[place] == key:  # two ids may have one hash
            index = int(self.id_items[place])
            if items[index] == item:
                return index
            place += 1
        return None
