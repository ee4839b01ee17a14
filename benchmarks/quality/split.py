"""The split of a prepared run, as every peer is given it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.runtime.stage_inputs import catalogue, history_shards
from palate.config import Config
from palate.data.histories import Histories

TABLE, ABOUT = "split.parquet", "split.json"
PARTS = ("train", "validation", "test")


def write_split(config: Config, folder: Path) -> str:
    """Write the split of a run whose stage `prepare` is finished; the SHA-256 of its contents."""
    users = sorted(_users(config), key=lambda one: one[0])
    lengths = [len(items) for _, items, _ in users]
    columns = {
        "user": np.repeat(np.arange(len(users), dtype=np.int32), lengths),
        "item": np.concatenate([items for _, items, _ in users]),
        "position": np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
        "part": np.concatenate([parts for _, _, parts in users]),
    }
    digest = hashlib.sha256(b"".join(column.tobytes() for column in columns.values())).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    part = pa.DictionaryArray.from_arrays(columns.pop("part"), PARTS).cast(pa.string())
    pq.write_table(pa.table({**columns, "part": part}), folder / TABLE)
    about = {"users": len(users), "items": len(catalogue(config)), "sha256": digest}
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n")
    return digest


def _users(config: Config) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Id, items and the part of each event (a place in `PARTS`) of every user."""
    for shard in history_shards(config):
        block: Histories = shard()
        for place, user in enumerate(block.users.to_pylist()):
            items = block.items[block.offsets[place] : block.offsets[place + 1]]
            ends = [block.train_end[place], block.validation_end[place]]
            parts = np.searchsorted(ends, np.arange(len(items)), side="right").astype(np.int8)
            yield user, items, parts
