"""Raw table reader: files of any format, cut into pieces that workers read one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from palate.config import TableConfig
from palate.data.raw.files import RawFiles, raw_files
from palate.data.raw.layout import CATALOGUE_TABLE, Layout, table_layout
from palate.data.raw.lines import LineFormat, parse_lines
from palate.data.raw.pieces import FilePiece, count_lines, cut_lines, cut_row_groups, line_blocks

_SAMPLE_ROWS = 10_000


@dataclass(frozen=True)
class RawTable:
    """The raw `events` or `catalogue`."""

    files: RawFiles
    layout: Layout
    form: LineFormat | None
    """How lines are to be read; None for Parquet."""

    @classmethod
    def open(cls, table: str, config: TableConfig, template_fields: Collection[str] = ()) -> RawTable:
        """Find the table's files and columns; `PalateError` if one is missing or cannot be read."""
        files = raw_files(config.path, f"data.{table}.path")
        layout = table_layout(table, config, files, template_fields)
        if config.format == "parquet":
            return cls(files, layout, None)
        return cls(files, layout, LineFormat.of(config, layout, nested=table == CATALOGUE_TABLE))

    def pieces(self) -> list[FilePiece]:
        """All rows of the table, cut up."""
        if self.form is None:
            return cut_row_groups(self.files)
        return cut_lines(self.files, skip=1 if self.form.kind == "csv" else 0)

    def read(self, piece: FilePiece) -> Iterator[pa.Table]:
        """The piece's rows by Palate's names, a block at a time; a damaged line is a row with its reason."""
        if self.form is not None:
            for lines in line_blocks(self.files.fs, piece):
                yield parse_lines(lines, self.form)
            return
        with pq.ParquetFile(piece.path, filesystem=self.files.fs) as file:
            present = set(file.schema_arrow.names)
            names = {name: column for name, column in self.layout.names.items() if column in present}
            for group in range(piece.start, piece.end or 0):
                rows = file.read_row_group(group, list(names.values()))
                yield self._named(rows.select(list(names.values())).rename_columns(list(names)))

    def sample(self) -> pa.Table:
        """The first rows of the table, as `read` gives them, to look at: at most a block of a small size."""
        return next(self.read(self.pieces()[0])).slice(0, _SAMPLE_ROWS)

    def count(self, piece: FilePiece) -> int:
        """Rows of the piece, counted without reading them as rows."""
        if self.form is not None:
            return count_lines(self.files.fs, piece)
        footer = pq.read_metadata(piece.path, filesystem=self.files.fs)
        return sum(footer.row_group(group).num_rows for group in range(piece.start, piece.end or 0))

    def _named(self, rows: pa.Table) -> pa.Table:
        """With every column of the layout: a file that lacks one has nothing in it."""
        for name in self.layout.names:
            if name not in rows.column_names:
                rows = rows.append_column(name, pa.nulls(rows.num_rows, pa.string()))
        return rows.select(list(self.layout.names))
