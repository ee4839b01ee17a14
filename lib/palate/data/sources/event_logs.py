"""Event logs: the raw tables of events that a data set has, its own and what the endpoint was told."""

from __future__ import annotations

from typing import NamedTuple

from palate.config import DataConfig, TableConfig
from palate.data.clean import EventRules
from palate.data.raw.layout import EVENTS_TABLE
from palate.data.raw.table import RawTable
from palate.online.export import export_events
from palate.storage import Folder


class EventLog(NamedTuple):
    """A table of events, and what an event of it must be."""

    table: RawTable
    rules: EventRules


def event_logs(table: TableConfig, data: DataConfig, live: Folder) -> list[EventLog]:
    """The data set's own log, and behind it that of the endpoint's store, which is copied to `live`.

    What the own log knows of users who were erased at the endpoint is to be forgotten.
    """
    if data.store is None:
        return [EventLog(RawTable.open(EVENTS_TABLE, table), EventRules.of(table, data))]
    erased = export_events(data.store, live, for_training=True).erased
    copied = TableConfig(path=live.uri)
    return [
        EventLog(RawTable.open(EVENTS_TABLE, table), EventRules.of(table, data, erased)),
        EventLog(RawTable.open(EVENTS_TABLE, copied), EventRules.of(copied, data)),
    ]
