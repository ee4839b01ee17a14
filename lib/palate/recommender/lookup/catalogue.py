"""Item lookup: the catalogue by id and by title, and the words for an item that it does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache, partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.mapped.columns import TextColumn
from palate.recommender.lookup.name_index import NameIndex
from palate.recommender.lookup.near_names import NearNames
from palate.schema import ITEM, TITLE
from palate.words import fold

SHOWN = 5
"""Items that a message lists."""
REMEMBERED = 2**16
"""Ids whose items are remembered, so that no more memory than some megabytes is taken."""


class Catalogue:
    """Items in the order of their indices."""

    def __init__(self, table: pa.Table, names: NameIndex | None = None) -> None:
        """Take a table of `CATALOGUE_SCHEMA`, and the index of its names, which is made if there is none."""
        self.items: Sequence[str] = TextColumn(table[ITEM])
        self.titles: Sequence[str] = TextColumn(table[TITLE])
        self._names = NameIndex.of(self.items, self.titles) if names is None else names
        self._near_titles = NearNames(self.titles, self._names.title_order, spelt=fold)
        self._near_ids = NearNames(self.items, self._names.id_order)
        # The ids of a history are looked up again with every list.
        self._find = lru_cache(REMEMBERED)(partial(self._names.find, self.items))

    def __len__(self) -> int:
        return len(self.items)

    def index(self, name: str) -> int:
        """Index of the item with this id, or else with this title or the only one whose title holds it.

        Case and accents do not matter in a title. `PalateError` with the nearest items if there is none or
        several.
        """
        index = self.find(name)
        if index is not None:
            return index
        matches = self._by_title(fold(name).strip())
        if len(matches) != 1:
            raise PalateError(self._several(name, matches) if matches else self.unknown(name))
        return matches[0]

    def find(self, item: str) -> int | None:
        """Index of the item with exactly this id, or None."""
        return self._find(item)

    def indices(self, names: list[str]) -> NDArray[np.int32]:
        """Indices of several items, int32 [names]."""
        return np.asarray([self.index(name) for name in names], np.int32)

    @cached_property
    def _folded(self) -> list[str]:
        return [fold(title) for title in self.titles]

    def _by_title(self, name: str) -> list[int]:
        if not name:
            return []
        exact = [index for index, title in enumerate(self._folded) if title == name]
        return exact or [index for index, title in enumerate(self._folded) if name in title]

    def _several(self, name: str, matches: list[int]) -> str:
        more = f", and {len(matches) - SHOWN} more" if len(matches) > SHOWN else ""
        return f"{name!r} fits several items: {self._list(matches[:SHOWN])}{more}; give the id"

    def unknown(self, name: str) -> str:
        """What to tell somebody who asks for an item that is not there, with the nearest there are."""
        near = self._near_titles.nearest(fold(name).strip(), 3) + self._near_ids.nearest(name, 2)
        hint = self._list(list(dict.fromkeys(near))) if near else f"ids look like {self.items[0]!r}"
        return f"The catalogue has no item {name!r}; " + (f"the nearest are {hint}" if near else hint)

    def _list(self, indices: list[int]) -> str:
        return ", ".join(f"{self.items[index]} ({self.titles[index]})" for index in indices)
