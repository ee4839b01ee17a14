"""Amazon Beauty 2014 in its 5-core, as sequences without times, with titles (McAuley, research use)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from palate.config import DataConfig
from palate.data.sources.base import (
    DataSource,
    Identity,
    RawTables,
    file_identity,
    find_file,
    read_lines,
    read_objects,
    sequence_events,
    write_raw,
)
from palate.schema import ITEM, TITLE
from palate.storage import Folder

_SEQUENCES_FILE, _ITEMS_FILE = "sequences.txt", "items.jsonl"
_ADVICE = (
    "Set data.folder to a folder with sequences.txt (a user a line: `user item item ...`, oldest first; it "
    "is Beauty.txt of the GitHub repository RUCAIBox/CIKM2020-S3Rec) and items.jsonl (an item a line, with "
    "item_id, title and maybe idgenrec_keywords); both may be gzipped"
)


def _open(config: DataConfig, raw: Folder) -> RawTables:
    sequences = _sequences(find_file(config, _ADVICE, _SEQUENCES_FILE))
    described = _described(find_file(config, _ADVICE, _ITEMS_FILE))
    used = {item for items in sequences.values() for item in items}
    rows = [_item(item, described.get(item, {})) for item in sorted(used | described.keys())]
    return write_raw(raw, sequence_events(sequences), pa.Table.from_pylist(rows), has_clock=False)


def _identity(config: DataConfig) -> Identity:
    names = (_SEQUENCES_FILE, _ITEMS_FILE)
    return file_identity([find_file(config, _ADVICE, name) for name in names])


def _columns(config: DataConfig) -> Sequence[str]:
    return (ITEM, TITLE, "keywords", "asin")


def _sequences(path: Path) -> dict[str, list[str]]:
    lines = (line.split() for line in read_lines(path))
    return {user: items for user, *items in lines}


def _described(path: Path) -> dict[str, dict[str, str | None]]:
    return {str(row["item_id"]): row for row in read_objects(path, "item_id")}


def _item(item: str, row: dict[str, str | None]) -> dict[str, str]:
    """An item without title goes by its keywords, and one without any description by its number."""
    keywords = row.get("idgenrec_keywords") or ""
    title = row.get("title") or keywords or f"Item {item}"
    return {ITEM: item, TITLE: title, "keywords": keywords, "asin": row.get("asin") or ""}


SOURCE = DataSource(_open, _identity, _columns)
