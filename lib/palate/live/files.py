"""Item files: live items out of CSV, JSON lines or Parquet, read as the tables of a training are."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from palate.config import TableConfig
from palate.data.catalogue import clean_catalogue
from palate.data.raw.layout import CATALOGUE_TABLE
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW
from palate.data.raw.table import RawTable
from palate.errors import PalateError
from palate.online.items import ItemChange, ItemState
from palate.schema import ITEM

STATES = frozenset(ItemState)


def file_items(path: str) -> Iterator[ItemChange]:
    """The items of a file with the columns item and title, in its order; an empty field says nothing.

    A column `state`, as `palate items export` writes it, says whether an item is available.

    Raises:
        PalateError: The file or a row of it cannot be read.
    """
    table = RawTable.open(CATALOGUE_TABLE, TableConfig(path=path))
    for piece in table.pieces():
        for block in table.read(piece):
            yield from _changes(clean_catalogue(block), path)


def _changes(rows: pa.Table, path: str) -> Iterator[ItemChange]:
    refused = rows.filter(pc.is_valid(rows[REFUSAL])).slice(0, 1).to_pylist()
    if refused:
        raise PalateError(
            f"{path}: {refused[0][REFUSAL]}, in the row {refused[0][REFUSED_ROW][:200]}; mend it and import "
            "the file again"
        )
    for row in rows.drop_columns([REFUSAL, REFUSED_ROW]).to_pylist():
        yield _change(row, path)


def _change(row: dict[str, str | None], path: str) -> ItemChange:
    item, state = row.pop(ITEM), row.pop("state", None) or ItemState.AVAILABLE
    if state not in STATES:
        raise PalateError(f"{path}: the state of {item!r} is {state!r}; it can be {', '.join(ItemState)}")
    return ItemChange(str(item), {name: text for name, text in row.items() if text}, ItemState(state))
