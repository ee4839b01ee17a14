"""Column mapping: which column of a raw table becomes which of Palate's."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from palate.config import TableConfig
from palate.data.files.discovery import RawFiles
from palate.data.raw.headers import file_header
from palate.errors import PalateError, printable
from palate.schema import ITEM, KIND, TIME, TITLE, USER, VALUE

EVENTS_TABLE = "events"
CATALOGUE_TABLE = "catalogue"
_REQUIRED = {EVENTS_TABLE: (USER, ITEM, TIME), CATALOGUE_TABLE: (ITEM, TITLE)}


@dataclass(frozen=True)
class Layout:
    """The columns of a table as they are in its files, and as Palate calls them."""

    header: tuple[str, ...]
    """Names in the files, in the files' order."""
    names: dict[str, str]
    """Palate's name to the files' name, of the columns that are read."""
    partitions: dict[str, str] = field(default_factory=dict)
    """Palate's name to the key in the paths of files, of columns that only these hold."""
    time_parts: tuple[str, ...] = ()
    """Columns of which the time is joined, by names that no source can have."""
    left_out: tuple[str, ...] = ()
    """Columns of bytes, such as images, that nothing asks for."""

    @property
    def all_names(self) -> tuple[str, ...]:
        """Palate's names of all columns."""
        return (*self.names, *self.partitions)

    def notes(self) -> list[str]:
        """What somebody who asked for the table may want to know of its columns."""
        if not self.left_out:
            return []
        return [
            f"Columns of bytes were left out: {', '.join(self.left_out)}. To read one as text, name it in "
            "data.catalogue.columns."
        ]


def table_layout(
    table: str, config: TableConfig, files: RawFiles, template_fields: Collection[str] = ()
) -> Layout:
    """Find the columns of `events` or `catalogue`; `PalateError` naming the nearest if one is missing.

    `template_fields` are fields of an item that a template names, so that they are read whatever they hold.
    """
    named, time_parts = _named_columns(config)
    needed = _needed_columns(table, named, time_parts)
    in_paths = {key for path in files.paths for key in files.partition_values(path)}
    is_catalogue = table == CATALOGUE_TABLE
    header, of_bytes = file_header(config, files, set(needed.values()) - in_paths, all_keys=is_catalogue)
    # A column that a file has itself counts more than one of its path.
    in_paths -= set(header)
    found = (*header, *sorted(in_paths))
    for name, column in needed.items():
        _require(table, TIME if name in time_parts else name, column, found)
    # Of events nothing but these columns is read; of a catalogue all, since texts and filters may need them.
    names = _all_names(named, found) if is_catalogue else _event_names(named, time_parts)
    asked = {ITEM, TITLE, *named, *template_fields} if is_catalogue else set(names)
    left_out = tuple(name for name, column in names.items() if column in of_bytes and name not in asked)
    # A key of JSON may first appear behind what was looked at.
    in_files = {*header, *(names.values() if config.format == "jsonl" else ())} - in_paths
    read = {name: column for name, column in names.items() if column in in_files and name not in left_out}
    _refuse_repeated(table, files, header, read)
    partitions = {name: key for name, key in names.items() if key in in_paths}
    return Layout(header, read, partitions, time_parts=time_parts, left_out=left_out)


def _needed_columns(table: str, named: dict[str, str], time_parts: Collection[str]) -> dict[str, str]:
    """Palate's names to the files', of the columns without which the table is refused."""
    required = [name for name in _REQUIRED[table] if name != TIME or not time_parts]
    return {name: named.get(name, name) for name in (*required, *named)}


def _event_names(named: dict[str, str], time_parts: Collection[str]) -> dict[str, str]:
    times = time_parts or (TIME,)
    return {name: named.get(name, name) for name in (USER, ITEM, KIND, VALUE, *times)}


def _named_columns(config: TableConfig) -> tuple[dict[str, str], tuple[str, ...]]:
    """Palate's names to the files' by the settings, and the names of the parts of a joined time."""
    named = {name: column for name, column in config.columns.items() if isinstance(column, str)}
    parts = {
        f"palate:time{number}": part
        for column in config.columns.values()
        if not isinstance(column, str)
        for number, part in enumerate(column)
    }
    return named | parts, tuple(parts)


def _all_names(named: dict[str, str], header: Sequence[str]) -> dict[str, str]:
    # Tables of spreadsheets and data frames have columns without a name, of which nobody can ask.
    taken = {*named.values(), *named, ""}
    return named | {column: column for column in header if column not in taken}


def _refuse_repeated(table: str, files: RawFiles, header: Sequence[str], names: dict[str, str]) -> None:
    counts = Counter(header)
    repeated = next((column for column in names.values() if counts[column] > 1), None)
    if repeated is not None:
        raise PalateError(
            f"The {table} table has the column {repeated!r} {counts[repeated]} times in {files.paths[0]}; "
            "leave one"
        )


def _require(table: str, name: str, column: str, header: Sequence[str]) -> None:
    if column in header:
        return
    nearest = difflib.get_close_matches(column, header, n=1, cutoff=0.0)
    hint = f"; did you mean {nearest[0]!r}? It has: {', '.join(header)}" if nearest else ""
    text = (
        f"The {table} table has no column {column!r}{hint}. "
        f"Name the right one in data.{table}.columns, as in {{{name}: its_name}}"
    )
    raise PalateError(printable(text))
