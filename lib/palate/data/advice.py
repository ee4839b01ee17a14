"""Reading advice: signs that a table was read amiss, and the setting that reads it right."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import TableConfig
from palate.config.data import DEFAULT_ENCODING, IdForm, TimeUnit
from palate.data.catalogue import ItemIndex
from palate.data.clean import EventRules
from palate.data.raw.casts import numbers, text
from palate.data.raw.ids import id_written_as, ids_written_as
from palate.data.raw.layout import CATALOGUE_TABLE, EVENTS_TABLE
from palate.data.raw.row_counts import RowCounts
from palate.data.raw.times import EARLIEST_LOG, UNIT_NAMES, UNITS_A_SECOND, seconds
from palate.schema import ITEM, TIME, TITLE, USER

_MOST = 0.5
"""A share of the rows that is no accident."""
_FORMS: tuple[IdForm, ...] = ("nfc", "stripped", "integer")
"""The one that changes least comes first."""
_WORDS_FOR_NONE = frozenset({"nan", "null", "none", "nil", "na", "n/a", "undefined", "\\n"})
"""What programs write for a missing value, in small letters."""
_ESCAPED = '\\"'
_YEAR = 365 * 86_400


def catalogue_advice(sample: pa.Table, config: TableConfig, counts: RowCounts) -> list[str]:
    """Advice on a catalogue; `sample` has raw rows, and `counts` what became of all of them."""
    advice = _line_advice(CATALOGUE_TABLE, counts)
    titles = text(sample[TITLE]).values.drop_null().to_pylist()
    if config.encoding != DEFAULT_ENCODING and any(_is_utf8(title, config.encoding) for title in titles):
        advice.append("Titles look like UTF-8 in another encoding: leave data.catalogue.encoding out.")
    if config.format == "csv" and config.escape is None and any(_ESCAPED in title for title in titles):
        advice.append("Titles have quotes behind backslashes: set data.catalogue.escape to a backslash.")
    return advice


def _is_utf8(text: str, encoding: str) -> bool:
    """Whether the text, written down in the encoding, has signs of several bytes of UTF-8."""
    try:
        return not text.isascii() and bool(text.encode(encoding).decode())
    except UnicodeError:
        return False


def _line_advice(table: str, counts: RowCounts) -> list[str]:
    """Advice on lines that could not be read, for the table `events` or `catalogue`."""
    advice = []
    if counts.refused["not valid UTF-8"]:
        advice.append(
            f"Lines of the {table} table are not UTF-8: if all of it is in another encoding, set "
            f"data.{table}.encoding, for instance to latin-1 or cp1252."
        )
    if counts.refused["broken quotes"]:
        advice.append(
            f"Lines of the {table} table have quotes that nothing closes: if quotes mean nothing there, set "
            f"data.{table}.quote=none."
        )
    return advice


def event_advice(sample: pa.Table, rules: EventRules, items: ItemIndex, counts: RowCounts) -> list[str]:
    """Advice on events; `sample` has raw rows, and `counts` what became of all of them by the rules."""
    advice = _line_advice(EVENTS_TABLE, counts) + _user_advice(sample[USER])
    if len(items) and counts.refused["unknown item"] > _MOST * counts.rows_in:
        advice.append(_item_advice(ids_written_as(text(sample[ITEM]).values, rules.ids), items))
    return advice + [line for line in [_time_advice(sample[TIME], rules, counts)] if line]


def _user_advice(column: pa.ChunkedArray) -> list[str]:
    users = text(column).values.drop_null().unique().to_pylist()
    return [
        f"There are users called {user!r}, which often means that there is none: leave such fields empty."
        for user in users
        if user.lower() in _WORDS_FOR_NONE
    ]


def _item_advice(ids: pa.Array, items: ItemIndex) -> str:
    """Two spellings side by side, and the setting that makes them one."""
    known = set(items.ids.to_pylist())
    unknown = [id for id in ids.drop_null().unique().to_pylist() if id not in known]
    form, pairs = max(
        ((form, _pairs(unknown, known, form)) for form in _FORMS), key=lambda pair: len(pair[1])
    )
    what = "Most events are of items that the catalogue does not have"
    if not pairs:
        return f"{what}, such as {next(iter(unknown), '')!r}; an id that it has is {min(known)!r}."
    event, item = pairs[0]
    sides = [name for name, id in (("events", event), ("catalogue", item)) if id_written_as(id, form) != id]
    settings = " and ".join(f"data.{name}.ids={form}" for name in sides)
    return f"{what}: the events write {event!r}, the catalogue {item!r}; set {settings}."


def _pairs(unknown: Iterable[str], known: Iterable[str], form: IdForm) -> list[tuple[str, str]]:
    """Each unknown id with the known one that it is in this form."""
    written = {id_written_as(id, form): id for id in known}
    return [(id, written[same]) for id in unknown if (same := id_written_as(id, form)) in written]


def _time_advice(column: pa.ChunkedArray, rules: EventRules, counts: RowCounts) -> str | None:
    read = seconds(column, rules.time_unit, rules.time_formats).values
    if _share(read, EARLIEST_LOG, rules.latest_time) > _MOST:
        return None
    given = numbers(column).values
    fitting = [unit for unit in UNIT_NAMES if _fits(given, unit, rules.latest_time)]
    if fitting:
        return f"The times look like {UNIT_NAMES[fitting[0]]}: set data.events.time_unit={fitting[0]}."
    return _date_advice(column, counts) or _clock_advice(read)


def _date_advice(column: pa.ChunkedArray, counts: RowCounts) -> str | None:
    refused = counts.refused["time is not a number"] + counts.refused["time is not a date"]
    if refused <= _MOST * counts.rows_in:
        return None
    first = text(column).values.drop_null()[0].as_py()
    if np.isfinite(seconds(pa.chunked_array([[first]]), "iso").values).all():
        return "The times look like ISO 8601 dates: set data.events.time_unit=iso."
    return (
        f"Times such as {first!r} are read by a format of their own: set data.events.time_format, as in "
        "'%Y/%m/%d %H:%M:%S'."
    )


def _clock_advice(read: NDArray[np.float64]) -> str | None:
    if np.isfinite(read).any() and _share(read, 0, _YEAR) == 1:
        return (
            "The first times all lie in 1970: if they are no mere order, set data.events.time_unit or "
            "data.events.time_format."
        )
    return None


def _fits(given: NDArray[np.float64], unit: TimeUnit, latest_time: int) -> bool:
    return _share(given / UNITS_A_SECOND[unit], EARLIEST_LOG, latest_time) > _MOST


def _share(times: NDArray[np.float64], first: float, last: float) -> float:
    """Share of the times, in seconds, that lie between the two, of those that are times at all."""
    times = times[np.isfinite(times)]
    return float(np.mean((times >= first) & (times <= last))) if len(times) else 0.0
