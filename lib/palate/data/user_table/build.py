"""Building the user table: a file of histories a shard, and one sorted index over the keys of all users."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.data.hashing import leading_hashes
from palate.schema import HISTORIES_SCHEMA, KINDS, USER
from palate.storage import Folder

USER_FILES = "users"
"""Folder of the user table in a release."""
INDEX = "index.arrow"
KEY, PART, ROW = "key", "part", "row"
INDEX_SCHEMA = pa.schema({KEY: pa.uint64(), PART: pa.uint32(), ROW: pa.uint32()})
"""A user's `leading_hashes`, rising, the number of their part, and their row there."""


def part_name(number: int) -> str:
    """The file of the histories of one shard."""
    return f"part-{number:05d}.arrow"


def write_user_table(folder: Folder, shards: Iterable[pa.Table]) -> None:
    """Write the table of these shards of `HISTORIES_SCHEMA`; kinds, values and dislikes may be missing.

    One shard is held at a time, and 40 bytes a user for the index.
    """
    keys = []
    for number, shard in enumerate(shards):
        folder.write_arrow(part_name(number), _mappable(shard))
        keys.append(leading_hashes(shard[USER].to_pylist()))
    folder.write_arrow(INDEX, _index(keys))


def _mappable(shard: pa.Table) -> pa.Table:
    """The shard in one chunk, each kind as a number, so that a look-up reads no text."""
    fields = [field for field in HISTORIES_SCHEMA if field.name in shard.column_names]
    shard = shard.select([field.name for field in fields]).cast(pa.schema(fields)).combine_chunks()
    if not len(shard) or KINDS not in shard.column_names:
        return shard
    kinds = shard[KINDS].chunk(0)
    encoded = pa.ListArray.from_arrays(kinds.offsets, kinds.values.dictionary_encode())
    return shard.set_column(shard.schema.get_field_index(KINDS), KINDS, encoded)


def _index(keys: list[NDArray[np.uint64]]) -> pa.Table:
    every = np.concatenate([np.zeros(0, np.uint64), *keys])
    order = np.argsort(every, kind="stable")
    parts = np.repeat(np.arange(len(keys), dtype=np.uint32), [len(part) for part in keys])
    rows = np.concatenate([np.zeros(0, np.uint32), *(np.arange(len(part), dtype=np.uint32) for part in keys)])
    return pa.Table.from_arrays(
        [pa.array(column[order]) for column in (every, parts, rows)], schema=INDEX_SCHEMA
    )
