"""Shuffle by user: one block of Ray Data a shard, and the questions and the writing that shards share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import ray
import ray.data
from numpy.typing import NDArray

from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.stage_inputs import HISTORIES
from palate.data.inspection.parts import PartSizes, added, part_sizes, sizes_from_json, sizes_to_json
from palate.data.kcore import Core
from palate.data.raw.quarantine import counts_by_reason
from palate.data.shards import Shard, first_user
from palate.data.split import Counts, Splitter, merged, occurrences
from palate.schema import ITEM, TIME, USER
from palate.storage import Folder

_VALUES, _COUNTS = "values", "counts"
_USERS, _EVENTS, _DISLIKED, _REFUSED, _PARTS = "users", "events", "disliked", "refused", "parts"


class WrittenShards(NamedTuple):
    """What all shards together hold."""

    users: int
    events: int
    disliked: int
    """Negative events, which are not among the events."""
    refused: Counter[str]
    parts: PartSizes


@dataclass(frozen=True)
class EventShards:
    """Rows of `CLEAN_SCHEMA`, a user's all in one block, and the catalogue's index in the object store."""

    rows: ray.data.Dataset
    items: ray.ObjectRef[object]
    cpus: float

    @classmethod
    def of(
        cls, rows: ray.data.Dataset, items: ray.ObjectRef[object], partitions: int, cpus: float
    ) -> EventShards:
        """Shuffle rows by user."""
        # Each aggregating actor is a process that takes seconds to start: no more than can run at once.
        context = ray.data.DataContext.get_current()
        context.max_hash_shuffle_aggregators = max(1, int(ray.cluster_resources().get("CPU", 1)))
        return cls(rows.repartition(partitions, keys=[USER], shuffle=True).materialize(), items, cpus)

    def item_counts(self, core: Core) -> NDArray[np.int64]:
        """Events of each item within the core, int64 [items]."""
        items, counts = self._tally(core, ITEM, occurrences)
        return np.bincount(items, counts, len(core.items)).astype(np.int64)

    def time_counts(self, core: Core, count: Callable[[NDArray[np.int64]], Counts]) -> Counts:
        """`count` of the times of every shard's events within the core, merged."""
        return self._tally(core, TIME, count)

    def write(self, core: Core, split: Splitter, folder: Folder) -> WrittenShards:
        """Write each shard's histories and quarantine; shards are numbered by their first users."""
        tables = self._run("numbering of shards", _first_user)
        first_users = sorted(row[USER] for table in tables for row in table.to_pylist())
        numbers = ray.put({user: number for number, user in enumerate(first_users)})
        core_reference = ray.put(core)
        tables = self._run(
            "writing of shards", _write, core=core_reference, split=split, folder=folder, numbers=numbers
        )
        rows = [row for table in tables for row in table.to_pylist()]
        refused = sum((Counter(json.loads(row[_REFUSED])) for row in rows), Counter[str]())
        parts = added(sizes_from_json(row[_PARTS]) for row in rows)
        counts = {name: sum(row[name] for row in rows) for name in (_USERS, _EVENTS, _DISLIKED)}
        return WrittenShards(**counts, refused=refused, parts=parts)

    def _tally(self, core: Core, column: Literal["item", "time"], count: Callable[..., Counts]) -> Counts:
        tables = self._run("counting of events", _count, core=ray.put(core), column=column, count=count)
        return merged([(table[_VALUES].to_numpy(), table[_COUNTS].to_numpy()) for table in tables])

    def _run(self, title: str, work: Callable[..., pa.Table], **options: object) -> list[pa.Table]:
        """The small tables that `work(rows, items, **options)` gives for each shard that has rows."""
        task = partial(_if_any, work=work, items=self.items, **options)
        small = self.rows.map_batches(task, batch_size=None, batch_format="pyarrow", num_cpus=self.cpus)
        tables = []
        with progress_bar(Work(title, "shards"), total=self.rows.num_blocks()) as progress:
            progress.advance(0)
            for table in small.iter_batches(batch_size=None, batch_format="pyarrow"):
                progress.advance(1)
                tables.append(table)
        return [table for table in tables if len(table)]


def _if_any(rows: pa.Table, work: Callable[..., pa.Table], **options: object) -> pa.Table:
    return work(rows, **options) if len(rows) else pa.table({})


def _first_user(rows: pa.Table, items: ray.ObjectRef[object]) -> pa.Table:
    return pa.table({USER: [first_user(rows)]})


def _count(
    rows: pa.Table,
    items: ray.ObjectRef[object],
    core: ray.ObjectRef[object],
    column: Literal["item", "time"],
    count: Callable[..., Counts],
) -> pa.Table:
    shard = Shard.of(rows, ray.get(items))
    values = shard.item if column == ITEM else shard.time
    distinct, counts = count(values[shard.keeps(ray.get(core))].astype(np.int64))
    return pa.table({_VALUES: distinct, _COUNTS: counts})


def _write(
    rows: pa.Table,
    items: ray.ObjectRef[object],
    core: ray.ObjectRef[object],
    split: Splitter,
    folder: Folder,
    numbers: ray.ObjectRef[object],
) -> pa.Table:
    index, within, number_of = ray.get([items, core, numbers])
    shard, name = Shard.of(rows, index), f"{number_of[first_user(rows)]:05d}.parquet"
    histories, refused = shard.histories(within, split), shard.quarantine(within, index)
    folder.write_table(f"{HISTORIES}/part-{name}", histories.to_table())
    if len(refused):
        folder.write_table(f"quarantine/events-{name}", refused)
    counts = {_USERS: len(histories), _EVENTS: len(histories.items), _DISLIKED: histories.n_dislikes}
    counts |= {_REFUSED: json.dumps(counts_by_reason(refused)), _PARTS: sizes_to_json(part_sizes(histories))}
    return pa.Table.from_pylist([counts])
