"""Shuffle by user: rows cut into partitions by a hash of their user, written as spans of a file, and read.

    block of rows --hash of the user--> partitions --> one file, a partition a span of it
    one partition's spans of all files --> all rows of its users

So a shuffle needs no memory beyond a block while it writes and a partition while it reads, and what was
written survives the machine that wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.data.raw.reasons import combined
from palate.schema import USER
from palate.storage import Folder


class PartitionFile(NamedTuple):
    """A file with rows of every partition."""

    name: str
    offsets: list[int]
    """Where each partition begins in the file, and the end of the last, in bytes; [partitions + 1]."""
    first_users: list[str | None]
    """The least user of each partition, None where it has no rows; [partitions]."""


def write_partitions(folder: Folder, name: str, rows: pa.Table, partitions: int) -> PartitionFile:
    """Write rows, whose users are a dictionary of strings, into one file."""
    streams, first_users = [], []
    for partition in _partitioned(rows, partitions):
        streams.append(_stream(partition) if len(partition) else pa.py_buffer(b""))
        first_users.append(pc.min(combined(partition[USER]).dictionary).as_py())
    folder.write_chunks(name, streams)
    offsets = np.cumsum([0, *(len(stream) for stream in streams)]).tolist()
    return PartitionFile(name, offsets, first_users)


def read_partition(folder: Folder, files: Sequence[PartitionFile], partition: int) -> pa.Table:
    """The rows of one partition in all the files; at least one file has some."""
    parts = []
    for file in files:
        start, end = file.offsets[partition : partition + 2]
        if end > start:
            parts.append(pa.ipc.open_stream(folder.read_span(file.name, start, end)).read_all())
    return pa.concat_tables(parts)


def partition_order(files: Sequence[PartitionFile]) -> list[int]:
    """The partitions that have rows, in the order of their first users."""
    # Of each partition the first users in all files, [partitions][files].
    by_partition = zip(*(file.first_users for file in files), strict=True)
    firsts = [min((user for user in users if user is not None), default=None) for users in by_partition]
    filled = [(first, partition) for partition, first in enumerate(firsts) if first is not None]
    return [partition for _, partition in sorted(filled)]


def partition_of(users: pa.Array, partitions: int) -> NDArray[np.int64]:
    """The partition of each user, int64 [users]; the same in every process and on every machine."""
    column = pd.DataFrame({USER: pd.array(users, dtype=pd.ArrowDtype(users.type))})
    hashes = pd.util.hash_pandas_object(column, index=False).to_numpy()
    owners: NDArray[np.int64] = (hashes % np.uint64(partitions)).astype(np.int64)
    return owners


def _partitioned(rows: pa.Table, partitions: int) -> Iterator[pa.Table]:
    """The rows of each partition, with a dictionary of its own users alone."""
    users = combined(rows[USER])
    codes, names = users.indices.to_numpy(), users.dictionary
    # Of names that no row has the partition is none, [names].
    owner = np.where(
        np.bincount(codes, minlength=len(names)) > 0, partition_of(names, partitions), partitions
    )
    # Rows and names by partition, and how many each has.
    row_order, name_order = (np.argsort(owners, kind="stable") for owners in (owner[codes], owner))
    row_ends, name_ends = (
        np.cumsum(np.bincount(owners, minlength=partitions)[:partitions]) for owners in (owner[codes], owner)
    )
    # The number that each name has among those of its partition, [names].
    number = np.empty(len(names), np.int32)
    name_starts = np.concatenate([[0], name_ends])
    number[name_order] = np.arange(len(names)) - name_starts[owner[name_order]]
    ordered, names = rows.take(pa.array(row_order)), names.take(pa.array(name_order))
    new_codes, position = number[codes[row_order]], rows.column_names.index(USER)
    for row_start, row_end, start, end in zip(
        np.append(0, row_ends[:-1]), row_ends, name_starts[:-1], name_ends, strict=True
    ):
        own = pa.DictionaryArray.from_arrays(new_codes[row_start:row_end], names.slice(start, end - start))
        part = ordered.slice(row_start, row_end - row_start)
        yield part.set_column(position, rows.schema.field(USER), own)


def _stream(rows: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return sink.getvalue()
