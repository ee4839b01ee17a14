"""Columns of a catalogue, read where they are asked for: what is mapped takes no memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import pyarrow as pa


class TextColumn(Sequence[str]):
    """Texts by catalogue index."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        """Take a column without nulls."""
        self._column = column

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """The text of an item, or those of a slice."""
        found: str | list[str] = (
            self._column[index].to_pylist() if isinstance(index, slice) else self._column[index].as_py()
        )
        return found

    def __len__(self) -> int:
        return len(self._column)

    def __iter__(self) -> Iterator[str]:
        for chunk in self._column.iterchunks():
            yield from chunk.to_pylist()


class RowFields(Sequence[dict[str, str]]):
    """Of each item its fields that are not empty, by their columns."""

    def __init__(self, table: pa.Table) -> None:
        """Take the columns that are fields, all of texts."""
        self._columns = dict(zip(table.column_names, table.columns, strict=True))
        self._items = len(table)

    @overload
    def __getitem__(self, index: int) -> dict[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[dict[str, str]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, str] | Sequence[dict[str, str]]:
        """The fields of an item; slices are not needed."""
        if isinstance(index, slice):
            raise TypeError("fields of items have no slices")
        values = {name: column[index].as_py() for name, column in self._columns.items()}
        return {name: value for name, value in values.items() if value}

    def __len__(self) -> int:
        return self._items
