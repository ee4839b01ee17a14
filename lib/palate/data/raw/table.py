"""Raw table reader: files of any format, cut into pieces that workers read one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from palate.config import TableConfig
from palate.data.files.discovery import RawFiles, raw_files
from palate.data.files.json_arrays import array_blocks, is_json_array
from palate.data.files.pieces import FilePiece, count_lines, cut_lines, cut_row_groups, line_blocks
from palate.data.raw.casts import is_text, text
from palate.data.raw.layout import CATALOGUE_TABLE, Layout, table_layout
from palate.data.raw.lines import LineFormat, parse_lines
from palate.data.raw.records import first_record, joined_records
from palate.errors import PalateError
from palate.schema import ITEM, KIND, TIME, USER

_REPEATED = (USER, ITEM, KIND)
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
        files = raw_files(config.path, f"data.{table}.path", config.encoding)
        layout = table_layout(table, config, files, template_fields)
        if config.format == "parquet":
            return cls(files, layout, None)
        nested = table == CATALOGUE_TABLE
        return cls(files, layout, LineFormat.of(config, layout, files.line_encoding, nested))

    def pieces(self) -> list[FilePiece]:
        """All rows of the table, cut up."""
        if self.form is None:
            return cut_row_groups(self.files)
        if self.form.kind == "csv":
            cut = partial(first_record, form=self.form) if self.form.joins_lines else None
            return cut_lines(self.files, skip=1, first_record=cut)
        return [piece for files in self.files.each() for piece in self._json_pieces(files)]

    def read(self, piece: FilePiece) -> Iterator[pa.Table]:
        """The piece's rows by Palate's names, a block at a time; a damaged line is a row with its reason."""
        for rows in self._row_groups(piece) if self.form is None else self._parsed(piece, self.form):
            yield self._completed(rows, piece.path)

    def sample(self) -> pa.Table:
        """The first rows of the table, as `read` gives them; none of a table without rows."""
        blocks = (rows for piece in self.pieces() for rows in self.read(piece))
        columns = {name: pa.nulls(0, pa.string()) for name in self.layout.all_names}
        nothing = _with_joined_time(pa.table(columns), self.layout.time_parts)
        return next(blocks, nothing).slice(0, _SAMPLE_ROWS)

    def count(self, piece: FilePiece) -> int:
        """Rows of the piece, counted without reading them as rows where a line is one."""
        if self.form is None:
            return piece.rows or 0
        if piece.is_array or self.form.joins_lines:
            return sum(len(records) for records in self._records(piece, self.form))
        return count_lines(self.files, piece)

    def _json_pieces(self, files: RawFiles) -> list[FilePiece]:
        (path,) = files.paths
        return [FilePiece(path, is_array=True)] if is_json_array(files, path) else cut_lines(files)

    def _row_groups(self, piece: FilePiece) -> Iterator[pa.Table]:
        footer = self.files.parquet_footer(piece.path)
        schema = footer.schema.to_arrow_schema()
        names = {name: column for name, column in self.layout.names.items() if column in schema.names}
        # What is read of texts that repeat is each one once, and which of them a row has.
        coded = [
            names[name] for name in _REPEATED if name in names and is_text(schema.field(names[name]).type)
        ]
        try:
            with pq.ParquetFile(
                piece.path, filesystem=self.files.fs, metadata=footer, read_dictionary=coded
            ) as file:
                for group in range(piece.start, piece.end or 0):
                    rows = file.read_row_group(group, list(names.values()))
                    yield rows.select(list(names.values())).rename_columns(list(names))
        except (pa.ArrowException, OSError) as error:
            raise PalateError(f"{piece.path} cannot be read ({error}); write or download it again") from error

    def _parsed(self, piece: FilePiece, form: LineFormat) -> Iterator[pa.Table]:
        for records in self._records(piece, form):
            yield parse_lines(records, form)

    def _records(self, piece: FilePiece, form: LineFormat) -> Iterator[list[bytes]]:
        if piece.is_array:
            return array_blocks(self.files, piece.path)
        lines = line_blocks(self.files, piece)
        return joined_records(lines, form) if form.joins_lines else lines

    def _completed(self, rows: pa.Table, path: str) -> pa.Table:
        """With every column of the layout, also those that the file has in its path or not at all."""
        values = self.files.partition_values(path)
        for name in self.layout.all_names:
            if name not in rows.column_names:
                value = pa.scalar(values.get(self.layout.partitions.get(name, "")), pa.string())
                rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
        return _with_joined_time(rows, self.layout.time_parts)


def _with_joined_time(rows: pa.Table, parts: tuple[str, ...]) -> pa.Table:
    """The parts of a time, such as day and clock, as one text."""
    if not parts:
        return rows
    texts = [text(rows[part]).values for part in parts]
    return rows.drop_columns(list(parts)).append_column(TIME, pc.binary_join_element_wise(*texts, " "))
