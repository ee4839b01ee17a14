"""Outcome of reading an input: the right table, a line that says what to do, or something worse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from benchmarks.robustness.world import AwkwardInput, World
from palate.config import Config
from palate.data.inspection.reading import PreparedData, quarantined, read_data
from palate.errors import PalateError
from palate.storage import Folder

Outcome = Literal["right", "told", "silent", "crash"]
"""`told`: not the table, but rows in quarantine, a note or a refusal that does not say what to do. `silent`:
a wrong table without a word. `crash`: an error that is not for users."""


def outcome(given: AwkwardInput, folder: Path) -> tuple[Outcome, str]:
    """What comes of the input, and the words that were said."""
    _write(given, folder)
    try:
        found = read_data(_config(given, folder), Folder(str(folder / "scratch")))
    except PalateError as error:
        return _refused(given, str(error)), str(error)
    except Exception as error:  # whatever it is, it is what this benchmark is there to count
        return "crash", f"{type(error).__name__}: {error}"
    return _judged(given, found)


def _judged(given: AwkwardInput, found: PreparedData) -> tuple[Outcome, str]:
    notes = [note for table in found.tables.values() for note in table.notes]
    refusals = [finding.text for finding in found.findings if finding.refuses]
    refused = quarantined(found.tables)
    words = " ".join([*refusals, *notes, *(f"{reason}: {rows}." for reason, rows in refused.items())])
    if _is(found, given.world) or (given.says and re.search(given.says, words)):
        return "right", words
    return ("told" if words else "silent"), words


def _refused(given: AwkwardInput, words: str) -> Outcome:
    is_line = "\n" not in words and words.isprintable()
    return "right" if is_line and given.says and re.search(given.says, words) else "told"


def _is(found: PreparedData, world: World) -> bool:
    return _events(found) == sorted(
        (row["user"], row["item"], row["time"], float(row["value"])) for row in world.events
    ) and _items(found) == sorted((row["item"], row["title"], row["genre"]) for row in world.items)


def _events(found: PreparedData) -> list[tuple[str, str, int, float]]:
    ids, users = found.catalogue["item"].to_pylist(), found.histories.users.to_pylist()
    events = []
    for number, user in enumerate(users):
        history = found.histories.whole(number)
        values = history.kinds_and_values()[1]
        for item, time, value in zip(history.items, history.times, values, strict=True):
            events.append((user, ids[item], int(time), float(value)))
    return sorted(events)


def _items(found: PreparedData) -> list[tuple[str, ...]]:
    names = ("item", "title", "genre")
    columns = [found.catalogue[name].to_pylist() for name in names if name in found.catalogue.column_names]
    return sorted(zip(*columns, strict=True))


def _write(given: AwkwardInput, folder: Path) -> None:
    for name, content in given.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _config(given: AwkwardInput, folder: Path) -> Config:
    tables: dict[str, Any] = {"events": given.events, "catalogue": given.catalogue}
    located = {name: table | {"path": str(folder / table["path"])} for name, table in tables.items()}
    return Config.model_validate({"data": {"name": "awkward", "source": "tables", **located}})
