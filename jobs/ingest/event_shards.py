"""Shuffle by user: cleaned events in files that are cut by user, and what is asked of shards and written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import ray
import ray.data
from numpy.typing import NDArray

from jobs.ingest.raw_rows import map_blocks
from jobs.runtime.progress import ProgressCounter, Work, progress_bar
from jobs.runtime.stage_inputs import HISTORIES
from palate.data.catalogue import ItemIndex
from palate.data.clean import EventRules, clean_events
from palate.data.files.partitions import PartitionFile, partition_order, read_partition, write_partitions
from palate.data.inspection.parts import PartSizes, added, part_sizes, sizes_from_json, sizes_to_json
from palate.data.kcore import Core
from palate.data.raw.quarantine import counts_by_reason
from palate.data.shards import Shard
from palate.data.sources.event_logs import EventLog
from palate.data.split import Counts, Splitter, merged, occurrences
from palate.schema import ITEM, TIME
from palate.storage import Folder

_VALUES, _COUNTS = "values", "counts"
_USERS, _EVENTS, _DISLIKED, _REFUSED, _PARTS = "users", "events", "disliked", "refused", "parts"
_NUMBER, _PARTITION, _ROWS = "number", "partition", "rows"
_FILE_SCHEMA = pa.schema(
    [
        pa.field("name", pa.string()),
        pa.field("offsets", pa.list_(pa.int64())),
        pa.field("first_users", pa.list_(pa.string())),
        pa.field(_ROWS, pa.int64()),
    ]
)


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
    """Rows of `CLEAN_SCHEMA` in files, each cut into partitions of users; one partition is a shard."""

    folder: Folder
    """Where the files are."""
    files: ray.ObjectRef[Sequence[PartitionFile]]
    partitions: Sequence[int]
    """Those that have rows; a shard's number is its position, in the order of the shards' first users."""
    items: ray.ObjectRef[ItemIndex]
    cpus: float

    @classmethod
    def of(
        cls,
        logs: Sequence[EventLog],
        items: ItemIndex,
        folder: Folder,
        *,
        partitions: int,
        cpus: float,
        progress: ProgressCounter,
    ) -> EventShards:
        """Clean the events of all logs, and shuffle them by user through files in the folder."""
        index = ray.put(items)
        clean = partial(_clean, items=index, folder=folder, partitions=partitions)
        first, *others = (
            map_blocks(log.table, partial(clean, rules=log.rules, log=number), cpus)
            for number, log in enumerate(logs)
        )
        written = first.union(*others) if others else first
        # Told as soon as it is written, and not when a task has read the whole of a large file.
        written.context.target_max_block_size = 1
        # In one order, whichever task ended first.
        files = sorted(_written(written, progress))
        return cls(folder, ray.put(files), partition_order(files), items=index, cpus=cpus)

    def item_counts(self, core: Core) -> NDArray[np.int64]:
        """Events of each item within the core, int64 [items]."""
        items, counts = self._tally(core, ITEM, occurrences)
        return np.bincount(items, counts, len(core.items)).astype(np.int64)

    def time_counts(self, core: Core, count: Callable[[NDArray[np.int64]], Counts]) -> Counts:
        """`count` of the times of every shard's events within the core, merged."""
        return self._tally(core, TIME, count)

    def write(self, core: Core, split: Splitter, folder: Folder) -> WrittenShards:
        """Write each shard's histories and quarantine, by the shard's number."""
        tables = self._run("writing of shards", _write, core=ray.put(core), split=split, folder=folder)
        rows = [row for table in tables for row in table.to_pylist()]
        refused = sum((Counter(json.loads(row[_REFUSED])) for row in rows), Counter[str]())
        parts = added(sizes_from_json(row[_PARTS]) for row in rows)
        counts = {name: sum(row[name] for row in rows) for name in (_USERS, _EVENTS, _DISLIKED)}
        return WrittenShards(**counts, refused=refused, parts=parts)

    def _tally(self, core: Core, column: Literal["item", "time"], count: Callable[..., Counts]) -> Counts:
        tables = self._run("counting of events", _count, core=ray.put(core), column=column, count=count)
        return merged([(table[_VALUES].to_numpy(), table[_COUNTS].to_numpy()) for table in tables])

    def _run(self, title: str, work: Callable[..., pa.Table], **options: object) -> list[pa.Table]:
        """The small tables that `work(shard, items, number, **options)` gives for each shard."""
        if not self.partitions:
            return []
        shards = [{_NUMBER: number, _PARTITION: place} for number, place in enumerate(self.partitions)]
        task = partial(_of_shard, shards=self, work=work, **options)
        small = ray.data.from_items(shards, override_num_blocks=len(shards)).map_batches(
            task, batch_size=1, batch_format="pyarrow", num_cpus=self.cpus
        )
        tables = []
        with progress_bar(Work(title, "shards"), total=len(shards)) as progress:
            progress.advance(0)
            for table in small.iter_batches(batch_size=None, batch_format="pyarrow"):
                progress.advance(1)
                tables.append(table)
        return tables


def _written(files: ray.data.Dataset, progress: ProgressCounter) -> Iterator[PartitionFile]:
    for batch in files.iter_batches(batch_size=None, batch_format="pyarrow"):
        for row in batch.to_pylist():
            progress.advance(row.pop(_ROWS))
            yield PartitionFile(**row)


def _clean(
    raw: pa.Table,
    name: str,
    *,
    rules: EventRules,
    log: int,
    items: ray.ObjectRef[ItemIndex],
    folder: Folder,
    partitions: int,
) -> pa.Table:
    rows = clean_events(raw, rules, ray.get(items))
    file = write_partitions(folder, f"{log}-{name}.arrow", rows, partitions)
    return pa.Table.from_pylist([file._asdict() | {_ROWS: len(rows)}], _FILE_SCHEMA)


def _of_shard(
    batch: pa.Table, shards: EventShards, work: Callable[..., pa.Table], **options: object
) -> pa.Table:
    (row,) = batch.to_pylist()
    items, files = ray.get([shards.items, shards.files])
    shard = Shard.of(read_partition(shards.folder, files, row[_PARTITION]), items)
    return work(shard, items, row[_NUMBER], **options)


def _count(
    shard: Shard,
    items: ItemIndex,
    number: int,
    core: ray.ObjectRef[Core],
    column: Literal["item", "time"],
    count: Callable[..., Counts],
) -> pa.Table:
    values = shard.item if column == ITEM else shard.time
    distinct, counts = count(values[shard.keeps(ray.get(core))].astype(np.int64))
    return pa.table({_VALUES: distinct, _COUNTS: counts})


def _write(
    shard: Shard, items: ItemIndex, number: int, core: ray.ObjectRef[Core], split: Splitter, folder: Folder
) -> pa.Table:
    within, name = ray.get(core), f"{number:05d}.parquet"
    histories, refused = shard.histories(within, split), shard.quarantine(within, items)
    folder.write_table(f"{HISTORIES}/part-{name}", histories.to_table())
    if len(refused):
        folder.write_table(f"quarantine/events-{name}", refused)
    counts = {_USERS: len(histories), _EVENTS: len(histories.items), _DISLIKED: histories.n_dislikes}
    counts |= {_REFUSED: json.dumps(counts_by_reason(refused)), _PARTS: sizes_to_json(part_sizes(histories))}
    return pa.Table.from_pylist([counts])
