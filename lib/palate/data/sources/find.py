"""Source lookup: the data source that the configuration names."""

from __future__ import annotations

import json
from importlib import import_module

from palate.config import DataConfig
from palate.config.data import SourceName
from palate.data.anonymise import anonymous_id, id_key
from palate.data.sources.base import DataSource, RawTables
from palate.errors import PalateError
from palate.storage import Folder


def data_source(name: SourceName) -> DataSource:
    """The source of this name, from the module that bears it."""
    module = import_module(f"palate.data.sources.{name.replace('-', '_')}")
    source: DataSource = module.SOURCE
    return source


def open_source(config: DataConfig, raw: Folder) -> RawTables:
    """The raw tables of `data.source`; what has to be converted first is written below `raw`.

    Raises `PalateError` if a file is missing, or if a split by time is asked of a log without times.
    """
    tables = data_source(config.source).open(config, raw)
    if config.split == "global-time" and not tables.has_clock:
        raise PalateError(
            f"{config.name} has no times, only an order for each user: set data.split=leave-one-out"
        )
    return tables


def catalogue_columns(config: DataConfig) -> tuple[str, ...]:
    """Names of the columns that the catalogue will have, told without reading a row.

    Raises `PalateError` for tables that are not there or lack a column.
    """
    return tuple(data_source(config.source).columns(config))


def source_identity(config: DataConfig) -> str:
    """Text that changes when the raw files do, or the key of anonymous ids."""
    key = anonymous_id("", id_key()) if config.anonymise else ""
    return json.dumps([data_source(config.source).identity(config), key])
