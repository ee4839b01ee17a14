"""Layers: look-ups by catalogue index in what a release has, with the rows of an overlay in their place.

Nothing of the release is copied, so that a change of one item costs nothing that grows with the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class LayeredArray:
    """Rows of an array by catalogue index; those of some indices are others, or come after its end."""

    def __init__(self, base: NDArray[Any], indices: NDArray[np.int32], rows: NDArray[Any]) -> None:
        """Take `base` [items, ...], rising `indices` [changed] and their `rows` [changed, ...]."""
        self._base = base
        self._indices, self._rows = indices, rows

    def __getitem__(self, items: NDArray[np.integer]) -> NDArray[Any]:
        """The rows of these items, [n, ...]; `IndexError` for an item of neither layer."""
        found: NDArray[Any]
        if not len(self._indices):
            found = self._base[items]
            return found
        # Where each item would stand among the changed ones; it is one of them if it does.
        places = np.minimum(np.searchsorted(self._indices, items), len(self._indices) - 1)
        changed = self._indices[places] == items
        found = self._base[np.where(changed, 0, items)] if len(self._base) else self._rows[places]
        found[changed] = self._rows[places[changed]]
        return found


class LayeredSequence(Sequence[T]):
    """Entries of a sequence by catalogue index, in the same way."""

    def __init__(self, base: Sequence[T], changed: Mapping[int, T]) -> None:
        """Take the changed entries by their index."""
        self._base, self._changed = base, changed

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """The entry of an item; a slice is the release's alone."""
        if isinstance(index, slice):
            return self._base[index]
        return self._changed[index] if index in self._changed else self._base[index]

    def __len__(self) -> int:
        return len(self._base) + sum(index >= len(self._base) for index in self._changed)


class JoinedSequence(Sequence[T]):
    """One sequence behind another."""

    def __init__(self, first: Sequence[T], second: Sequence[T]) -> None:
        self._first, self._second = first, second

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """An entry; slices are not needed."""
        if isinstance(index, slice):
            raise TypeError("a joined sequence has no slices")
        behind = index - len(self._first)
        return self._first[index] if behind < 0 else self._second[behind]

    def __len__(self) -> int:
        return len(self._first) + len(self._second)


class JoinedMapping(Mapping[K, V]):
    """What is in one of two mappings; what is in both is joined."""

    def __init__(self, first: Mapping[K, V], second: Mapping[K, V], join: Callable[[V, V], V]) -> None:
        self._first, self._second = first, second
        self._join = join

    def __getitem__(self, key: K) -> V:
        """The value; `KeyError` if it is in neither."""
        if key in self._first and key in self._second:
            return self._join(self._first[key], self._second[key])
        return self._first[key] if key in self._first else self._second[key]

    def __iter__(self) -> Iterator[K]:
        return iter(JoinedSet(self._first.keys(), self._second.keys()))

    def __len__(self) -> int:
        return len(JoinedSet(self._first.keys(), self._second.keys()))


class JoinedSet(Set[T]):
    """What is in one of two sets."""

    def __init__(self, first: Set[T], second: Set[T]) -> None:
        self._first, self._second = first, second

    def __contains__(self, value: object) -> bool:
        return value in self._first or value in self._second

    def __iter__(self) -> Iterator[T]:
        return chain(self._first, (value for value in self._second if value not in self._first))

    def __len__(self) -> int:
        return len(self._first) + sum(value not in self._first for value in self._second)
