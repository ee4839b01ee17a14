"""Synthetic tables on disk: Parquet a block at a time, and a configuration that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
import yaml

from palate.errors import PalateError
from palate.generate.catalogue import catalogue_blocks, item_world
from palate.generate.events import event_cells
from palate.generate.shape import DataShape
from palate.storage import Folder, absolute_uri

BLOCK_ROWS = 1_000_000
CONFIG = "config.yaml"
_EVENTS, _CATALOGUE = "events", "catalogue"


def generate_tables(
    shape: DataShape,
    folder: Folder,
    on_rows: Callable[[int], None] = lambda rows: None,
    block_rows: int = BLOCK_ROWS,
) -> None:
    """Write `catalogue/`, `events/` and then `config.yaml`; a file has at most about `block_rows` rows.

    `on_rows` is told how many events each file has. Memory grows with `block_rows` and the items, not with
    users or events.

    Raises:
        PalateError: The folder is not empty, or `block_rows` is below 1.
    """
    if block_rows < 1:
        raise PalateError("A file has at least one row")
    if folder.files() or folder.folders():
        raise PalateError(f"{folder.uri} is not empty: give a new folder")
    world = item_world(shape)
    for number, table in enumerate(_blocks(catalogue_blocks(shape, world), block_rows)):
        folder.write_table(f"{_CATALOGUE}/part-{number:05}.parquet", table)
    for number, table in enumerate(_blocks(event_cells(shape, world), block_rows)):
        folder.write_table(f"{_EVENTS}/part-{number:05}.parquet", table)
        on_rows(table.num_rows)
    folder.write_bytes(CONFIG, _configuration(folder).encode())


def _blocks(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """The tables put together until they have that many rows; only a file's worth is held."""
    held: list[pa.Table] = []
    for table in tables:
        held.append(table)
        if sum(part.num_rows for part in held) >= rows:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


def _configuration(folder: Folder) -> str:
    """Settings by absolute paths, so that the command can be given anywhere."""
    at = absolute_uri(folder.uri)
    data = {
        "name": "synthetic shop",
        _EVENTS: {"path": f"{at}/{_EVENTS}"},
        _CATALOGUE: {"path": f"{at}/{_CATALOGUE}"},
        "text_template": "{title}. {category}, {style}. {description}",
        "repeat": "allowed",
    }
    settings = {"run": f"{at}/run", "data": data, "release": {"uri": f"{at}/releases"}}
    head = "# Synthetic data of `palate generate`: what was drawn, not what people did.\n"
    return head + yaml.safe_dump(settings, sort_keys=False)
