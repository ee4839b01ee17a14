"""Ingestion: raw tables as streams of blocks, the one path that rows of every source and format take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial

import pyarrow as pa
import ray.data

from palate.data.files.pieces import FilePiece
from palate.data.raw.table import RawTable
from palate.errors import PalateError

BlockWork = Callable[[pa.Table, str], pa.Table]
_PIECE = "piece"


def map_blocks(table: RawTable, work: BlockWork, cpus: float) -> ray.data.Dataset:
    """What `work` makes of each block of the table's rows, and of a name that no other block of it has."""
    task = partial(_work_on_piece, table=table, work=work)
    return _pieces(table.pieces()).map_batches(task, batch_size=1, batch_format="pyarrow", num_cpus=cpus)


def count_rows(table: RawTable, cpus: float) -> int:
    """Rows of the table, counted without parsing them; `PalateError` for a file that is damaged."""
    pieces = table.pieces()
    uncounted = [piece for piece in pieces if piece.rows is None]
    counted = sum(piece.rows or 0 for piece in pieces)
    if not uncounted:
        return counted
    work = partial(_count_piece, table=table)
    counts = _pieces(uncounted).map_batches(work, batch_size=1, batch_format="pyarrow", num_cpus=cpus)
    rows = counts.take_all()
    for row in rows:
        if row["fault"]:
            raise PalateError(row["fault"])
    return counted + sum(row["rows"] for row in rows)


def _pieces(pieces: Sequence[FilePiece]) -> ray.data.Dataset:
    # A task a piece. Ray Data's own readers drop or join lines, and start actors to read one footer.
    # A file that cannot be read is the user's to mend: its error has to arrive as it is.
    ray.data.DataContext.get_current().raise_original_map_exception = True
    rows = [asdict(piece) | {_PIECE: number} for number, piece in enumerate(pieces)]
    return ray.data.from_items(rows, override_num_blocks=max(1, len(rows)))


def _work_on_piece(batch: pa.Table, table: RawTable, work: BlockWork) -> Iterator[pa.Table]:
    for row in batch.to_pylist():
        piece = row.pop(_PIECE)
        for number, block in enumerate(table.read(FilePiece(**row))):
            yield work(block, f"{piece:05d}-{number:05d}")


def _count_piece(batch: pa.Table, table: RawTable) -> pa.Table:
    # An error that is raised here would be told in a hundred lines of Ray Data before ours.
    try:
        (row,) = batch.drop_columns([_PIECE]).to_pylist()
        rows, fault = table.count(FilePiece(**row)), ""
    except PalateError as error:
        rows, fault = 0, str(error)
    return pa.table({"rows": [rows], "fault": [fault]})
