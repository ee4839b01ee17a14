"""Item lookup: the catalogue by id and by title, and the words for an item that it does not hold."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.recommender.near_names import NearNames
from palate.schema import ITEM, TITLE
from palate.words import fold

SHOWN = 5
"""Items that a message lists."""


class Catalogue:
    """Items in the order of their indices."""

    def __init__(self, table: pa.Table) -> None:
        """Read a table of `CATALOGUE_SCHEMA`."""
        self.items: list[str] = table[ITEM].to_pylist()
        self.titles: list[str] = table[TITLE].to_pylist()

    def __len__(self) -> int:
        return len(self.items)

    def index(self, name: str) -> int:
        """Index of the item with this id, or else with this title or the only one whose title holds it.

        Case and accents do not matter in a title. `PalateError` with the nearest items if there is none or
        several.
        """
        if name in self._by_id:
            return self._by_id[name]
        matches = self._by_title(fold(name).strip())
        if len(matches) != 1:
            raise PalateError(self._several(name, matches) if matches else self.unknown(name))
        return matches[0]

    def find(self, item: str) -> int | None:
        """Index of the item with exactly this id, or None."""
        return self._by_id.get(item)

    def indices(self, names: list[str]) -> NDArray[np.int32]:
        """Indices of several items, int32 [names]."""
        return np.asarray([self.index(name) for name in names], np.int32)

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {item: index for index, item in enumerate(self.items)}

    def warm(self) -> None:
        """Make what look-ups go by now, so that no request has to wait for it."""
        _ = self._by_id, self._near_titles, self._near_ids

    @cached_property
    def _near_titles(self) -> NearNames:
        return NearNames(self._folded)

    @cached_property
    def _near_ids(self) -> NearNames:
        return NearNames(self.items)

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
