"""Column facts: what the values of a sampled column look like, whatever it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import TableConfig
from palate.data.files.discovery import raw_files
from palate.data.raw.casts import numbers, text
from palate.data.raw.headers import file_header
from palate.data.raw.layout import Layout
from palate.data.raw.lines import LineFormat
from palate.data.raw.table import RawTable

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")


class Column:
    """A column of a sample."""

    def __init__(self, name: str, values: pa.ChunkedArray) -> None:
        """Take the values as they were read."""
        self.name, self.values = name, values

    @cached_property
    def texts(self) -> pa.Array:
        """The values as text, null where missing."""
        return text(self.values).values

    @cached_property
    def distinct(self) -> set[str]:
        """Different values, as text."""
        return set(self.texts.drop_null().to_pylist())

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The values that are numbers, [numbers]."""
        given = numbers(self.values)
        finite: NDArray[np.float64] = given.values[np.isfinite(given.values) & ~given.unreadable]
        return finite

    @property
    def filled(self) -> int:
        """How many values there are."""
        return len(self.texts) - int(self.texts.null_count)

    @property
    def is_numeric(self) -> bool:
        """Whether every value is a number."""
        return 0 < self.filled == len(self.numbers)

    @property
    def is_unique(self) -> bool:
        """Whether, but for a rare slip, no value comes twice."""
        return len(self.distinct) >= 0.99 * max(1, self.filled)

    @cached_property
    def median_length(self) -> float:
        """Median number of characters."""
        return float(np.median([len(value) for value in self.texts.drop_null().to_pylist()] or [0]))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its name in small letters: `orderedAt` and `ordered_at` are `ordered` and `at`."""
        return frozenset(word.lower() for word in _WORD.findall(self.name))

    def is_called(self, words: Iterable[str]) -> bool:
        """Whether its name has one of the words."""
        return not self.words.isdisjoint(words)


def sampled_columns(config: TableConfig, rows: int) -> list[Column]:
    """Every column of the first rows of a table but those of bytes, by the names in the files."""
    files = raw_files(config.path, "path", config.encoding)
    header, of_bytes = file_header(config, files, needed=(), all_keys=False)
    names = {name: name for name in header if name and name not in of_bytes}
    layout = Layout(header, names)
    form = None if config.format == "parquet" else LineFormat.of(config, layout, files.line_encoding, True)
    table, blocks, count = RawTable(files, layout, form), [], 0
    for block in (block for piece in table.pieces() for block in table.read(piece)):
        blocks.append(block.select(list(names)))
        count += len(block)
        if count >= rows:
            break
    sample = pa.concat_tables(blocks, promote_options="permissive").slice(0, rows) if blocks else pa.table({})
    return [Column(name, sample[name]) for name in sample.column_names]
