"""The source that the configuration names."""

from __future__ import annotations

import json

from palate.config import DataConfig
from palate.data.anonymise import anonymous_id, id_key
from palate.data.sources import amazon_beauty, movielens_1m, movielens_100k, tables
from palate.data.sources.base import DataSource, RawTables
from palate.errors import PalateError
from palate.storage import Folder

_SOURCES: dict[str, DataSource] = {
    "movielens-100k": movielens_100k.SOURCE,
    "movielens-1m": movielens_1m.SOURCE,
    "amazon-beauty": amazon_beauty.SOURCE,
    "tables": tables.SOURCE,
}


def open_source(config: DataConfig, raw: Folder) -> RawTables:
    """The raw tables of `data.source`; what has to be converted first is written below `raw`.

    Raises `PalateError` if a file is missing, or if a split by time is asked of a log without times.
    """
    found = _SOURCES[config.source].open(config, raw)
    if config.split == "global-time" and not found.has_clock:
        raise PalateError(
            f"{config.name} has no times, only an order for each user: set data.split=leave-one-out"
        )
    return found


def source_identity(config: DataConfig) -> str:
    """Text that changes when the raw files do, or the key of anonymous ids."""
    key = anonymous_id("", id_key()) if config.anonymise else ""
    return json.dumps([_SOURCES[config.source].identity(config), key])
