"""Ingestion: raw tables as streams of blocks, the one path that rows of every source and format take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

import pyarrow as pa
import ray.data

from palate.data.files.pieces import FilePiece
from palate.data.raw.table import RawTable
from palate.errors import PalateError

Clean = Callable[[pa.Table], pa.Table]


def cleaned_rows(table: RawTable, clean: Clean, cpus: float, progress: Any = None) -> ray.data.Dataset:
    """Every row of the table, through `clean`, which gives a row for each that it gets.

    `progress`, the actor of a bar, is told how many rows each block had.
    """
    work = partial(_clean_piece, table=table, clean=clean, progress=progress)
    return _pieces(table).map_batches(work, batch_size=1, batch_format="pyarrow", num_cpus=cpus)


def count_rows(table: RawTable, cpus: float) -> int:
    """Rows of the table, counted without parsing them; `PalateError` for a file that is damaged."""
    work = partial(_count_piece, table=table)
    counts = _pieces(table).map_batches(work, batch_size=1, batch_format="pyarrow", num_cpus=cpus)
    rows = counts.take_all()
    for row in rows:
        if row["fault"]:
            raise PalateError(row["fault"])
    return sum(row["rows"] for row in rows)


def _pieces(table: RawTable) -> ray.data.Dataset:
    # A task a piece. Ray Data's own readers drop or join lines, and start actors to read one footer.
    # A file that cannot be read is the user's to mend: its error has to arrive as it is.
    ray.data.DataContext.get_current().raise_original_map_exception = True
    pieces = [asdict(piece) for piece in table.pieces()]
    return ray.data.from_items(pieces, override_num_blocks=max(1, len(pieces)))


def _clean_piece(batch: pa.Table, table: RawTable, clean: Clean, progress: Any) -> Iterator[pa.Table]:
    for row in batch.to_pylist():
        for block in table.read(FilePiece(**row)):
            yield clean(block)
            if progress is not None:
                progress.advance.remote(len(block))


def _count_piece(batch: pa.Table, table: RawTable) -> pa.Table:
    # An error that is raised here would be told in a hundred lines of Ray Data before ours.
    try:
        rows, fault = sum(table.count(FilePiece(**row)) for row in batch.to_pylist()), ""
    except PalateError as error:
        rows, fault = 0, str(error)
    return pa.table({"rows": [rows], "fault": [fault]})
