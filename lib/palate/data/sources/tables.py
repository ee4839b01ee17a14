"""Own tables: Parquet, CSV or JSON lines of the user's own."""

from __future__ import annotations

from collections.abc import Sequence

from palate.config import DataConfig, TableConfig
from palate.data.files.discovery import raw_files
from palate.data.raw.layout import CATALOGUE_TABLE, EVENTS_TABLE
from palate.data.raw.table import RawTable
from palate.data.sources.base import DataSource, Identity, RawTables
from palate.data.text import template_fields
from palate.errors import PalateError
from palate.storage import Folder


def _open(config: DataConfig, raw: Folder) -> RawTables:
    return RawTables(_table(config.events, EVENTS_TABLE), _table(config.catalogue, CATALOGUE_TABLE))


def _identity(config: DataConfig) -> Identity:
    tables = _open(config, Folder("."))
    pairs = ((EVENTS_TABLE, tables.events), (CATALOGUE_TABLE, tables.catalogue))
    return [file for name, table in pairs for file in raw_files(table.path, f"data.{name}.path").files]


def _columns(config: DataConfig) -> Sequence[str]:
    tables = _open(config, Folder("."))
    # The events too are opened: what they lack is told as early.
    RawTable.open(EVENTS_TABLE, tables.events)
    fields = template_fields(config.text_template)
    return RawTable.open(CATALOGUE_TABLE, tables.catalogue, fields).layout.all_names


def _table(table: TableConfig | None, name: str) -> TableConfig:
    if table is None:
        raise PalateError(f"data.source tables needs data.{name}, at least data.{name}.path")
    return table


SOURCE = DataSource(_open, _identity, _columns)
