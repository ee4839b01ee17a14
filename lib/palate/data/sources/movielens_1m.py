"""MovieLens-1M from a folder: GroupLens's own files, or sequences in the order that SASRec's authors used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from palate.data.sources.titles import natural_title, split_year
from palate.errors import PalateError
from palate.schema import ITEM, TIME, TITLE, USER, VALUE
from palate.storage import Folder

_RATINGS_FILE, _SEQUENCES_FILE = "ratings.dat", "sasrec_sequences.jsonl"
_MOVIES_FILE, _EXTRAS_FILE = "movies.dat", "movies_extrainfos.dat"
_ADVICE = (
    "Download ml-1m.zip from https://grouplens.org/datasets/movielens/1m/, unpack it, and set data.folder "
    "to the folder that holds ratings.dat and movies.dat"
)
_UNKNOWN_ITEM = "0"
_EXTRA_COLUMNS = {"director": 6, "actors": 8, "plot": 9}
_EXTRA_WIDTH = 11
_NOT_KNOWN = "N/A"


def _open(config: DataConfig, raw: Folder) -> RawTables:
    path = find_file(config, _ADVICE, _SEQUENCES_FILE, _RATINGS_FILE)
    has_clock = path.name.startswith(_RATINGS_FILE)
    events = _ratings(path) if has_clock else sequence_events(_sequences(path))
    return write_raw(raw, events, _catalogue(config), has_clock)


def _identity(config: DataConfig) -> Identity:
    events = find_file(config, _ADVICE, _SEQUENCES_FILE, _RATINGS_FILE)
    return file_identity([events, find_file(config, _ADVICE, _MOVIES_FILE), *_extras(config)])


def _ratings(path: Path) -> pa.Table:
    user, item, rating, time = zip(*(_fields(path, line, 4) for line in read_lines(path)), strict=True)
    return pa.table({USER: user, ITEM: item, VALUE: rating, TIME: time})


def _sequences(path: Path) -> dict[str, list[str]]:
    rows = read_objects(path, "user", "items")
    return {str(row["user"]): _known_items(row["items"]) for row in rows}


def _known_items(items: Sequence[object]) -> list[str]:
    return [str(item) for item in items if str(item) != _UNKNOWN_ITEM]


def _catalogue(config: DataConfig) -> pa.Table:
    path = find_file(config, _ADVICE, _MOVIES_FILE)
    extras = {item: fields for extra in _extras(config) for item, fields in _read_extras(extra)}
    nothing = dict.fromkeys(_EXTRA_COLUMNS, "")
    movies = (_movie(*_fields(path, line, 3)) for line in read_lines(path, encoding="latin-1"))
    return pa.Table.from_pylist([movie | extras.get(movie[ITEM], nothing) for movie in movies])


def _columns(config: DataConfig) -> Sequence[str]:
    return (ITEM, TITLE, "year", "genres", *_EXTRA_COLUMNS)


def _movie(item: str, title: str, genres: str) -> dict[str, str]:
    name, year = split_year(title)
    return {ITEM: item, TITLE: natural_title(name), "year": year, "genres": genres.replace("|", " ")}


def _extras(config: DataConfig) -> list[Path]:
    """The file with directors, actors and plots, which GroupLens's own download does not have."""
    try:
        return [find_file(config, _ADVICE, _EXTRAS_FILE)]
    except PalateError:
        return []


def _read_extras(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each film's id and its extra fields."""
    for line in read_lines(path):
        row = _fields(path, line, _EXTRA_WIDTH)
        yield row[0], {name: row[column].replace(_NOT_KNOWN, "") for name, column in _EXTRA_COLUMNS.items()}


def _fields(path: Path, line: str, width: int) -> list[str]:
    fields = line.split("::")
    if len(fields) != width:
        raise PalateError(f"{path} is damaged: {line[:80]!r} has not {width} fields. {_ADVICE}")
    return fields


SOURCE = DataSource(_open, _identity, _columns)
