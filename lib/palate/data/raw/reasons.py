"""Row validation: why a row is refused, one reason a row, the first that was found."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

REFUSAL = "palate:reason"
"""Column of tables on their way: why the row is refused, null for a good one. No source can have it."""
REFUSED_ROW = "palate:row"
"""Column of tables on their way: the text of a refused row, null for a good one."""


class Reasons:
    """Reasons of a table's rows; a row without any is good so far."""

    def __init__(self, table: pa.Table) -> None:
        """Start from the table's column of reasons, if it has one."""
        self._codes = np.full(table.num_rows, -1, np.int16)
        self._names: list[str] = []
        if REFUSAL in table.column_names:
            earlier = pc.dictionary_encode(combined(table[REFUSAL]))
            self._codes = earlier.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int16)
            self._names = earlier.dictionary.to_pylist()

    def mark(self, reason: str, where: Mask) -> None:
        """Refuse the rows that `where` selects, unless they already are."""
        # A code a row is enough: the names are few.
        self._codes[(self._codes < 0) & where] = len(self._names)
        self._names.append(reason)

    @property
    def refused(self) -> Mask:
        """Rows with a reason, bool [rows]."""
        return self._codes >= 0

    def to_array(self) -> pa.Array:
        """The reason of each row as a string, null for a good one."""
        codes = pa.array(self._codes, pa.int16(), mask=self._codes < 0)
        return pc.cast(pa.DictionaryArray.from_arrays(codes, pa.array(self._names, pa.string())), pa.string())


def combined(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array."""
    array = column.combine_chunks()
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
