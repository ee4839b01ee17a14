"""Overlay: the live items of a store as rows on top of one release, immutable and small.

An item that the release knows keeps its catalogue index. A new one has the index behind the release's last
that its slot in the store says, which is the same in every replica and stays the item's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.online.items import ItemState
from palate.retrieve.item_vectors import concatenate_normalised, unit
from palate.schema import ITEM

Vectors = NDArray[np.float32]
Indices = NDArray[np.int32]


class LiveRow(NamedTuple):
    """A row of the catalogue as it is now."""

    item_index: int
    item: str
    fields: Mapping[str, str]
    """Every column of the release's catalogue but the id and the text; what is not known is empty."""
    state: ItemState
    text: str | None = None
    """What the encoder reads of it; None where that is the release's own."""


class LiveText(NamedTuple):
    """What the encoder is asked about a row."""

    item_index: int
    text: str | None
    """None where it is the release's own."""
    vector: bytes | None = None
    """The text's vector (float32), if it was made before."""


class LiveVectors(NamedTuple):
    """What the encoder answers, a row each."""

    text: Vectors
    """Unit vectors of the texts, float32 [rows, text width]."""
    inputs: tuple[Vectors, ...]
    """Vectors as the item tower of each member of the sequence model gives them, float32 [rows, width]."""

    @classmethod
    def joined(cls, parts: Sequence[LiveVectors]) -> LiveVectors:
        """The rows of all parts, at least one, one part's behind another's."""
        inputs = zip(*(part.inputs for part in parts), strict=True)
        return cls(np.concatenate([part.text for part in parts]), tuple(map(np.concatenate, inputs)))

    def at(self, rows: NDArray[np.int64]) -> LiveVectors:
        """Some of the rows."""
        return LiveVectors(self.text[rows], tuple(inputs[rows] for inputs in self.inputs))


@dataclass(frozen=True, eq=False)
class Overlay:
    """Rows by rising index, with their vectors."""

    number: int
    """Of the edition that it makes; 0: it has no rows."""
    rows: tuple[LiveRow, ...]
    vectors: LiveVectors

    @classmethod
    def of(cls, number: int, rows: Sequence[LiveRow], vectors: LiveVectors) -> Overlay:
        """Rows in any order, each of another item, with their vectors in the same order."""
        order = np.argsort([row.item_index for row in rows])
        return cls(number, tuple(rows[row] for row in order), vectors.at(order))

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def indices(self) -> Indices:
        """Catalogue index of each row, rising, int32 [rows]."""
        return np.array([row.item_index for row in self.rows], np.int32)

    @cached_property
    def item_vectors(self) -> Vectors:
        """Unit vectors in the space of the sequence model, float32 [rows, width of all members together]."""
        return concatenate_normalised([unit(inputs) for inputs in self.vectors.inputs])

    @cached_property
    def hidden(self) -> Indices:
        """Catalogue indices of what no list may hold, int32."""
        return self.indices[[row.state is not ItemState.AVAILABLE for row in self.rows]]

    @cached_property
    def table(self) -> pa.Table:
        """The rows as the catalogue has its own, without texts."""
        names = list(self.rows[0].fields)
        columns = {name: pa.array([row.fields[name] for row in self.rows], pa.string()) for name in names}
        return pa.table({ITEM: pa.array([row.item for row in self.rows], pa.string())} | columns)

    def new(self, items: int) -> NDArray[np.bool_]:
        """Which rows a release of so many items does not know, bool [rows]."""
        return self.indices >= items

    def followed_by(self, newer: Overlay) -> Overlay:
        """This overlay with the rows of a newer one, which take the place of those of the same items."""
        if not self.rows:
            return newer
        # Rows of both; of an item that is in both the newer one.
        stays = np.flatnonzero(~np.isin(self.indices, newer.indices))
        rows = [*(self.rows[row] for row in stays), *newer.rows]
        vectors = LiveVectors.joined([self.vectors.at(stays), newer.vectors])
        return Overlay.of(newer.number, rows, vectors)


NO_VECTORS = LiveVectors(np.zeros((0, 0), np.float32), ())
NO_OVERLAY = Overlay(0, (), NO_VECTORS)
"""A release as it was published."""


class Edition(NamedTuple):
    """A release with live items on top: what one list is made from, in every stage alike."""

    release: str
    number: int = 0
    """Rises with each edition of a gateway; 0: the release as it was published."""
    gateway: str = ""
    """Whose edition it is: another gateway may have read other changes."""

    def earlier(self, number: int) -> Edition:
        """The edition of this release and gateway with another number."""
        return self._replace(number=number)
