"""Preparation: raw tables become a clean catalogue, users' histories with their splits, and a quarantine.

    source --read, clean--> rows, each good or with its refusal --cut by user--> shuffle files --> shards
    shards --k-core, cuts, split--> histories/part-NNNNN.parquet and quarantine/events-NNNNN.parquet

A refused row travels to the end with the others, so that a shard knows what became of each of its rows.
The driver holds the catalogue and counts, never the events.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jobs.ingest.event_shards import EventShards
from jobs.ingest.raw_rows import count_rows, map_blocks
from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.runtime.stage_inputs import CATALOGUE, SHOWN_PLACES, SUMMARY
from palate.config import Config, DataConfig, TableConfig
from palate.config.data import IdForm
from palate.data.advice import catalogue_advice, event_advice
from palate.data.anonymise import id_key
from palate.data.catalogue import ItemIndex, clean_catalogue, finish_catalogue
from palate.data.inspection.columns import require_columns
from palate.data.inspection.findings import Finding, findings, require_no_refusal
from palate.data.inspection.parts import PartSizes
from palate.data.kcore import find_core
from palate.data.raw.layout import CATALOGUE_TABLE
from palate.data.raw.quarantine import counts_by_reason
from palate.data.raw.row_counts import RowCounts, summary
from palate.data.raw.table import RawTable
from palate.data.sources import open_source, source_identity
from palate.data.sources.event_logs import event_logs
from palate.data.split import splitter
from palate.data.text import template_fields
from palate.errors import PalateError, printable
from palate.live.training import with_live_items
from palate.online.export import store_version
from palate.online.item_export import read_items
from palate.online.shown_places import export_shown_places
from palate.storage import Folder


def prepare(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage."""
    data, cpus = config.data, config.resources.data_cpus
    tables = open_source(data, folder / "raw")
    catalogue, described, notes = _prepare_catalogue(tables.catalogue, data, folder, cpus)
    logs, items = event_logs(tables.events, data, folder / "raw" / "store"), ItemIndex.of(catalogue)
    rows = sum(count_rows(log.table, cpus) for log in logs)
    with progress_bar(Work("cleaning and shuffle", "rows"), total=rows) as progress:
        shards = EventShards.of(
            logs,
            items,
            folder / "raw" / "shuffle",
            partitions=data.partitions,
            cpus=cpus,
            progress=progress,
        )
    core = find_core(len(catalogue), data.min_user_events, data.min_item_events, shards.item_counts)
    split = splitter(data, partial(shards.time_counts, core))
    written = shards.write(core, split, folder)
    events = RowCounts(rows, written.events + written.disliked, written.refused)
    parts = {name: size._asdict() for name, size in written.parts.items()}
    report = summary(described, events, written.users) | {"disliked": written.disliked, "parts": parts}
    folder.write_json(SUMMARY, report)
    # Times that are mere positions all lie in 1970.
    advice = event_advice(logs[0].table.sample(), logs[0].rules, items, events) if tables.has_clock else []
    (folder / "raw").delete()
    if data.store is not None:
        export_shown_places(data.store, folder / SHOWN_PLACES, id_key() if data.anonymise else None)
    _show(data.name, report, notes + advice if written.events else notes)
    if not written.events:
        raise PalateError(_nothing_left(f"No event of {data.name}", folder, advice))
    found = findings(written.parts, len(catalogue), config, tables.has_clock)
    _show_parts(written.parts, found)
    require_no_refusal(found)
    return StageCounts(report["rows_in"], report["rows_kept"], sum(report["quarantined"].values()))


def _prepare_catalogue(
    table: TableConfig, data: DataConfig, folder: Folder, cpus: float
) -> tuple[pa.Table, RowCounts, list[str]]:
    """Write the catalogue and its quarantine; also notes on how it was read."""
    raw = RawTable.open(CATALOGUE_TABLE, table, template_fields(data.text_template))
    # Counted first, since that reads every file and tells which is damaged.
    rows = count_rows(raw, cpus)
    cleaned = map_blocks(raw, partial(_clean, ids=table.ids), cpus)
    blocks = cleaned.iter_batches(batch_size=None, batch_format="pyarrow")
    live = () if data.store is None else read_items(data.store)
    items, added = with_live_items(list(blocks), live, table.ids)
    catalogue, refused = finish_catalogue([items], data.text_template)
    folder.write_table(CATALOGUE, catalogue)
    if len(refused):
        folder.write_table("quarantine/catalogue.parquet", refused)
    counts = RowCounts(rows + added, len(catalogue), counts_by_reason(refused))
    advice = catalogue_advice(raw.sample(), table, counts)
    if not len(catalogue):
        raise PalateError(_nothing_left(f"No item of {data.name}", folder, advice))
    return catalogue, counts, raw.layout.notes() + advice


def _clean(raw: pa.Table, name: str, ids: IdForm) -> pa.Table:
    return clean_catalogue(raw, ids)


def _nothing_left(what: str, folder: Folder, advice: list[str]) -> str:
    return " ".join([f"{what} is left; {folder.uri}/quarantine says why for each row.", *advice])


def _show(name: str, report: dict[str, Any], notes: list[str]) -> None:
    console = Console(stderr=True)
    for note in notes:
        console.print(printable(f"note: {note}"), style="yellow", markup=False, soft_wrap=True)
    console.print(
        f"{name}: {report['users']:,} users, {report['items']:,} items, {report['events']:,} events"
        + (f", {report['disliked']:,} of them against their item" if report["disliked"] else "")
    )
    if not report["quarantined"]:
        return
    table = Table("quarantined because", "rows")
    for reason, rows in sorted(report["quarantined"].items(), key=lambda pair: -pair[1]):
        table.add_row(escape(printable(reason)), f"{rows:,}")
    console.print(table)


def _show_parts(parts: PartSizes, found: list[Finding]) -> None:
    """The size of each part of the split, and what a run need not end on."""
    console = Console(stderr=True)
    table = Table("part", "events", "users", "new to their users")
    for name, size in parts.items():
        table.add_row(name, *(f"{count:,}" for count in (size.events, size.users, size.unseen)))
    console.print(table)
    for finding in found:
        if not finding.refuses:
            console.print(f"note: {finding.text}", style="yellow", markup=False, soft_wrap=True)


def _fingerprint(config: Config) -> str:
    store = config.data.store
    version = "" if store is None else f", store {store_version(store)}"
    return source_identity(config.data) + version


STAGE = Stage("prepare", work=prepare, sections=("data",), fingerprint=_fingerprint, check=require_columns)

if __name__ == "__main__":
    stage_command(STAGE)
