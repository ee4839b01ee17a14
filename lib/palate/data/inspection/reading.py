"""Preparation in one process: what the stage `prepare` makes of a data set, by the same functions.

    RawTable --clean_events--> rows --Shard.of--> one shard of all users --k-core, split--> histories

Everything is in memory at once, some 150 bytes an event: a look at a log of a hundred million events wants a
larger machine, or a part of the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import Config, DataConfig, TableConfig
from palate.data.advice import catalogue_advice, event_advice
from palate.data.catalogue import ItemIndex, clean_catalogue, finish_catalogue
from palate.data.clean import CLEAN_SCHEMA, clean_events
from palate.data.histories import Histories
from palate.data.inspection.findings import Finding, findings
from palate.data.inspection.parts import PartSizes, part_sizes
from palate.data.kcore import Core, find_core
from palate.data.raw.layout import CATALOGUE_TABLE, EVENTS_TABLE
from palate.data.raw.quarantine import counts_by_reason
from palate.data.raw.row_counts import RowCounts
from palate.data.raw.table import RawTable
from palate.data.shards import Shard
from palate.data.sources import open_source
from palate.data.sources.event_logs import EventLog, event_logs
from palate.data.split import Counts, splitter
from palate.data.text import template_fields
from palate.schema import REASON, ROW
from palate.storage import Folder


@dataclass(frozen=True)
class CleanTable:
    """What became of the rows of a raw table."""

    counts: RowCounts
    refused_rows: dict[str, str]
    """One refused row of each reason."""
    notes: list[str]
    """Advice on how the table was read."""


@dataclass(frozen=True)
class PreparedData:
    """A data set as the pipeline would see it."""

    catalogue: pa.Table
    histories: Histories
    parts: PartSizes
    tables: dict[str, CleanTable]
    """`catalogue` and `events`."""
    findings: list[Finding]
    has_clock: bool


def read_data(config: Config, scratch: Folder) -> PreparedData:
    """Read and prepare the whole data set; what a source has to convert first is written below `scratch`.

    Raises `PalateError` for tables that are not there or lack a column; of rows and splits with which a run
    would end, the findings say so.
    """
    data, raw = config.data, open_source(config.data, scratch)
    catalogue, described = _read_catalogue(raw.catalogue, data)
    items, logs = ItemIndex.of(catalogue), event_logs(raw.events, data, scratch / "store")
    shard = _read_events(logs, items)
    core = find_core(len(catalogue), data.min_user_events, data.min_item_events, partial(_item_counts, shard))
    histories = shard.histories(core, splitter(data, partial(_time_counts, shard, core)))
    events = _events_table(shard.quarantine(core, items), len(histories.items) + histories.n_dislikes)
    # Times that are mere positions all lie in 1970.
    advice = (
        event_advice(logs[0].table.sample(), logs[0].rules, items, events.counts) if raw.has_clock else []
    )
    tables = {
        CATALOGUE_TABLE: described,
        EVENTS_TABLE: CleanTable(events.counts, events.refused_rows, advice),
    }
    parts = part_sizes(histories)
    found = _nothing_left(tables, data) or findings(parts, len(catalogue), config, raw.has_clock)
    return PreparedData(catalogue, histories, parts, tables, findings=found, has_clock=raw.has_clock)


def _read_catalogue(config: TableConfig, data: DataConfig) -> tuple[pa.Table, CleanTable]:
    table = RawTable.open(CATALOGUE_TABLE, config, template_fields(data.text_template))
    blocks = [clean_catalogue(rows, config.ids) for rows in _rows(table)]
    catalogue, refused = finish_catalogue(blocks, data.text_template)
    counts = RowCounts(sum(map(len, blocks)), len(catalogue), counts_by_reason(refused))
    notes = table.layout.notes() + catalogue_advice(table.sample(), config, counts)
    return catalogue, CleanTable(counts, _one_of_each(refused), notes)


def _read_events(logs: Sequence[EventLog], items: ItemIndex) -> Shard:
    blocks = [clean_events(rows, log.rules, items) for log in logs for rows in _rows(log.table)]
    return Shard.of(pa.concat_tables([CLEAN_SCHEMA.empty_table(), *blocks]), items)


def _rows(table: RawTable) -> Iterator[pa.Table]:
    return (rows for piece in table.pieces() for rows in table.read(piece))


def _events_table(quarantine: pa.Table, kept: int) -> CleanTable:
    counts = RowCounts(kept + len(quarantine), kept, counts_by_reason(quarantine))
    return CleanTable(counts, _one_of_each(quarantine), [])


def _one_of_each(quarantine: pa.Table) -> dict[str, str]:
    reasons = quarantine[REASON].unique().to_pylist()
    # Rows stand in the order of their reasons.
    firsts = np.cumsum([0, *(counts_by_reason(quarantine)[reason] for reason in reasons)])[:-1]
    rows = quarantine[ROW].take(pa.array(firsts, pa.int64())).to_pylist()
    return dict(zip(reasons, rows, strict=True))


def _item_counts(shard: Shard, core: Core) -> NDArray[np.int64]:
    return np.bincount(shard.item[shard.keeps(core)], minlength=len(core.items)).astype(np.int64)


def _time_counts(shard: Shard, core: Core, count: Callable[[NDArray[np.int64]], Counts]) -> Counts:
    return count(shard.time[shard.keeps(core)])


def _nothing_left(tables: dict[str, CleanTable], data: DataConfig) -> list[Finding]:
    """That no row of a table is left, if so."""
    words = {CATALOGUE_TABLE: "item", EVENTS_TABLE: "event"}
    for name, table in tables.items():
        if not table.counts.rows_kept:
            return [Finding(f"No {words[name]} of {data.name} is left.", refuses=True)]
    return []


def quarantined(tables: dict[str, CleanTable]) -> Counter[str]:
    """Refused rows of all tables by their reason."""
    return sum((table.counts.refused for table in tables.values()), Counter[str]())
