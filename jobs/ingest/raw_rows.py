"""Ingestion: raw tables as streams of blocks, the one path that rows of every source and format take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

import pyarrow as pa
import ray.data

from palate.data.raw.pieces import FilePiece
from palate.data.raw.table import RawTable

Clean = Callable[[pa.Table], pa.Table]


def cleaned_rows(table: RawTable, clean: Clean, cpus: float, progress: Any = None) -> ray.data.Dataset:
    """Every row of the table, through `clean`, which gives a row for each that it gets.

    `progress`, the actor of a bar, is told how many rows each block had.
    """
    work = partial(_clean_piece, table=table, clean=clean, progress=progress)
    return _pieces(table).map_batches(work, batch_size=1, batch_format="pyarrow", num_cpus=cpus)


def count_rows(table: RawTable, cpus: float) -> int:
    """Rows of the table, counted without parsing them."""
    work = partial(_count_piece, table=table)
    counts = _pieces(table).map_batches(work, batch_size=1, batch_format="pyarrow", num_cpus=cpus)
    return sum(row["rows"] for row in counts.iter_rows())


def _pieces(table: RawTable) -> ray.data.Dataset:
    # A task a piece. Ray Data's own readers drop or join lines, and start actors to read one footer.
    pieces = [asdict(piece) for piece in table.pieces()]
    return ray.data.from_items(pieces, override_num_blocks=max(1, len(pieces)))


def _clean_piece(batch: pa.Table, table: RawTable, clean: Clean, progress: Any) -> Iterator[pa.Table]:
    for row in batch.to_pylist():
        for block in table.read(FilePiece(**row)):
            yield clean(block)
            if progress is not None:
                progress.advance.remote(len(block))


def _count_piece(batch: pa.Table, table: RawTable) -> pa.Table:
    return pa.table({"rows": [table.count(FilePiece(**row)) for row in batch.to_pylist()]})
