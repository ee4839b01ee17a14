"""Data profile: what a data set is like, as tables and charts that a terminal and a page show alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import Config
from palate.data.histories import Histories
from palate.data.inspection.activity import Activity, Spread, log_bins, time_bins
from palate.data.inspection.cost import run_cost
from palate.data.inspection.findings import Finding
from palate.data.inspection.reading import PreparedData, quarantined
from palate.data.inspection.texts import TextCoverage, text_coverage
from palate.data.raw.layout import CATALOGUE_TABLE, EVENTS_TABLE

Cell = str | int
_SHOWN_KINDS, _SHOWN_ROW = 12, 60


class ProfileTable(NamedTuple):
    """A table of the profile."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


class Chart(NamedTuple):
    """Bars, one for each label."""

    title: str
    labels: Sequence[str]
    values: Sequence[int]


class DataProfile:
    """What is to be told of a prepared data set."""

    def __init__(self, data: PreparedData, config: Config) -> None:
        """Take the data and the settings that they were prepared with."""
        self._data, self._config = data, config
        self.name = config.data.name

    @property
    def findings(self) -> list[Finding]:
        """What stands against training, refusals first."""
        return self._data.findings

    @property
    def notes(self) -> list[str]:
        """Advice on how the tables were read."""
        return [note for table in self._data.tables.values() for note in table.notes]

    def tables(self) -> list[ProfileTable]:
        """Everything in figures."""
        tables = [self._overview(), self._spreads(), self._split(), self._kinds()]
        tables += [self._quarantine(), self._fields(), self._scripts(), self._cost()]
        return [table for table in tables if table.rows]

    def charts(self) -> list[Chart]:
        """What is better seen than read."""
        activity, texts = self._activity, self._texts
        starts, events = time_bins(self._histories.times)
        parts = self._data.parts
        charts = [
            _log_chart("Events of a user", activity.per_user),
            _log_chart("Events of an item", activity.per_item),
            _log_chart("Characters of an item's text", texts.lengths),
            Chart("Events of each part", list(parts), [size.events for size in parts.values()]),
        ]
        if self._data.has_clock:
            charts.insert(0, Chart("Events over time", [_date(start) for start in starts.tolist()], events))
        return [chart for chart in charts if len(chart.values)]

    @property
    def _histories(self) -> Histories:
        return self._data.histories

    @cached_property
    def _activity(self) -> Activity:
        return Activity.of(self._histories, len(self._data.catalogue))

    @cached_property
    def _texts(self) -> TextCoverage:
        data, encoder = self._config.data, self._config.encoder
        return text_coverage(self._data.catalogue, data.text_template, encoder.max_tokens)

    def _overview(self) -> ProfileTable:
        counts, activity = self._data.tables[EVENTS_TABLE].counts, self._activity
        held_out = sum(size.events for name, size in self._data.parts.items() if name != "train")
        rows: list[tuple[Cell, ...]] = [
            ("events read", counts.rows_in),
            ("events kept", counts.rows_kept),
            ("of them against their item", self._histories.n_dislikes),
            ("users", len(self._histories)),
            ("items in the catalogue", len(self._data.catalogue)),
            ("items with an event", len(activity.per_item)),
            ("items without an event to train on", _of(activity.cold_items, len(self._data.catalogue))),
            ("held-out events of such items", _of(activity.cold_held_out, held_out)),
            ("events that repeat an item", _of(activity.repeats, len(self._histories.items))),
            ("duplicate events", counts.refused["duplicate event"]),
            ("duplicate items", quarantined(self._data.tables)["duplicate item"]),
        ]
        return ProfileTable(self.name, ("what", "how many"), [*rows, *self._times()])

    def _times(self) -> list[tuple[Cell, ...]]:
        times = self._histories.times
        if not self._data.has_clock or not len(times):
            return [("time", "an order only")]
        at_midnight = self._activity.at_midnight == len(times)
        return [
            ("first event", _moment(int(times.min()))),
            ("last event", _moment(int(times.max()))),
            ("days with events", self._activity.days),
            ("time of day", "none, dates only" if at_midnight else "yes"),
        ]

    def _spreads(self) -> ProfileTable:
        spreads = {
            "events of a user": Spread.of(self._activity.per_user),
            "events of an item": Spread.of(self._activity.per_item),
            "characters of a text": Spread.of(self._texts.lengths),
        }
        rows: list[tuple[Cell, ...]] = [(name, *spread) for name, spread in spreads.items()]
        return ProfileTable("Distributions", ("of", "median", "9 in 10 up to", "most"), rows)

    def _split(self) -> ProfileTable:
        rows: list[tuple[Cell, ...]] = [
            (name, size.events, size.users, size.unseen, _date(size.first), _date(size.last))
            for name, size in self._data.parts.items()
        ]
        columns = ("part", "events", "users", "new to their users", "from", "to")
        shown = len(columns) if self._data.has_clock else columns.index("from")
        title = f"Split: {self._config.data.split}"
        return ProfileTable(title, columns[:shown], [row[:shown] for row in rows])

    def _kinds(self) -> ProfileTable:
        kinds = self._activity.kinds[:_SHOWN_KINDS]
        rows: list[tuple[Cell, ...]] = [
            (kind, count, f"{least:g}", f"{most:g}") for kind, count, least, most in kinds
        ]
        return ProfileTable("Kinds of events", ("kind", "events", "least value", "greatest"), rows)

    def _quarantine(self) -> ProfileTable:
        rows: list[tuple[Cell, ...]] = [
            (name, reason, count, table.refused_rows[reason][:_SHOWN_ROW])
            for name, table in self._data.tables.items()
            for reason, count in table.counts.refused.most_common()
        ]
        return ProfileTable("Set aside", ("table", "because", "rows", "such as"), rows)

    def _fields(self) -> ProfileTable:
        items, texts = len(self._data.catalogue), self._texts
        rows: list[tuple[Cell, ...]] = [
            (field, f"{share:.1%}", length) for field, share, length in texts.fields
        ]
        rows += [
            ("items that go by their id", _share(texts.untitled, items), ""),
            ("items that share a title", _share(texts.same_title, items), ""),
            ("texts longer than is read", f"{texts.cut_share:.1%}", ""),
        ]
        return ProfileTable("Text of an item", ("field", "items", "median characters"), rows)

    def _scripts(self) -> ProfileTable:
        scripts = self._texts.scripts
        rows: list[tuple[Cell, ...]] = [
            (name, _share(count, scripts.total())) for name, count in scripts.most_common()
        ]
        return ProfileTable("Scripts of texts", ("letters", "items"), rows)

    def _cost(self) -> ProfileTable:
        tables, histories = self._data.tables, self._histories
        cost = run_cost(
            self._config,
            rows=sum(tables[name].counts.rows_in for name in (CATALOGUE_TABLE, EVENTS_TABLE)),
            users=len(histories),
            items=len(self._data.catalogue),
            events=len(histories.items),
        )
        rows: list[tuple[Cell, ...]] = [
            ("time on two cores, at most about", _duration(cost.seconds)),
            ("memory, about", f"{cost.bytes / 2**30:.1f} GiB"),
        ]
        return ProfileTable("A retrain, roughly guessed", ("what", "how much"), rows)


def _log_chart(title: str, counts: NDArray[np.int64]) -> Chart:
    labels, values = log_bins(counts)
    return Chart(title, labels, values)


def _of(count: int, total: int) -> str:
    return f"{count:,} ({_share(count, total)})"


def _share(count: int, total: int) -> str:
    return f"{count / total:.1%}" if total else "-"


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


def _date(seconds: int | None) -> str:
    return "-" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
