"""Data source protocol: what every source of raw tables offers, and helpers that sources share."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from palate.config import DataConfig, TableConfig
from palate.data.files.discovery import RawFile
from palate.errors import PalateError
from palate.schema import ITEM, TIME, USER
from palate.storage import Folder

Identity = list[RawFile]
"""The files that a source reads."""


class RawTables(NamedTuple):
    """The raw tables of a data set."""

    events: TableConfig
    catalogue: TableConfig
    has_clock: bool = True
    """Whether times are times, and not only positions in a user's sequence."""


class DataSource(NamedTuple):
    """How a data set is found."""

    open: Callable[[DataConfig, Folder], RawTables]
    """The tables; a small data set in a format of its own is first written to the folder as Parquet."""
    identity: Callable[[DataConfig], Identity]
    """Changes when the data do; `PalateError` if they are not there."""
    columns: Callable[[DataConfig], Sequence[str]]
    """Names of the catalogue's columns, told without reading a row; errors as above."""


def write_raw(folder: Folder, events: pa.Table, catalogue: pa.Table, has_clock: bool) -> RawTables:
    """Write both tables as Parquet below the folder."""
    for name, table in (("events.parquet", events), ("catalogue.parquet", catalogue)):
        folder.write_table(name, table)
    return RawTables(
        TableConfig(path=f"{folder.uri}/events.parquet"),
        TableConfig(path=f"{folder.uri}/catalogue.parquet"),
        has_clock,
    )


def sequence_events(sequences: Mapping[str, Sequence[str]]) -> pa.Table:
    """Events of users' sequences without times: an event's time is its position."""
    # One row an event, all of a user before those of the next.
    users = [user for user, items in sequences.items() for _ in items]
    items = [item for items in sequences.values() for item in items]
    times = [time for items in sequences.values() for time in range(len(items))]
    return pa.table({USER: users, ITEM: items, TIME: times})


def find_file(config: DataConfig, advice: str, *names: str) -> Path:
    """The first of the files that is in `data.folder`, plain or gzipped; `PalateError` if none is."""
    if config.folder is None:
        raise PalateError(f"data.source {config.source} needs data.folder. {advice}")
    folder = Path(config.folder).expanduser()
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise PalateError(f"There is no {' or '.join(names)} in the folder {folder} (data.folder). {advice}")


def read_lines(path: Path, encoding: str = "utf-8") -> Iterator[str]:
    """Lines of a text file, gzipped or not, without their ends; empty ones are left out."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            for line in stream:
                if line.strip():
                    yield line.decode(encoding).rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise PalateError(f"{path} cannot be read ({error}); download it again") from error


def read_objects(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    """Objects of a file of JSON lines, each of which has the keys."""
    for line in read_lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise PalateError(f"{path} is damaged ({error}); download it again") from error
        if not isinstance(row, dict) or not row.keys() >= set(keys):
            raise PalateError(
                f"{path} is damaged: {line[:80]!r} lacks {' or '.join(keys)}; download it again"
            )
        yield row


def file_identity(paths: Iterable[Path]) -> Identity:
    """Identity of local files."""
    return [RawFile(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
