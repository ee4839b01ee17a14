"""Stored look-ups: a catalogue and the index of its names, made at publication and mapped at opening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from palate.mapped.arrays import mapped_arrays, write_arrays
from palate.recommender.lookup.name_index import NameIndex
from palate.schema import ITEM, TITLE
from palate.steering.names.titles import TitleArrays, title_articles
from palate.storage import Folder

LOOKUP_FILES = "lookup"
"""Folder of the look-ups in a release."""
CATALOGUE, NAMES, TITLES, RECORD = "catalogue.arrow", "names", "titles", "lookup.json"
VERSION = 2
"""Of the way in which names become hashes and orders; look-ups of another one are not read."""


class StoredLookup(NamedTuple):
    """What is mapped."""

    catalogue: pa.Table
    """That of the release, with the same columns."""
    names: NameIndex
    titles: TitleArrays
    languages: tuple[str, ...]
    """Whose articles the titles may be without."""


def write_lookup(folder: Folder, catalogue: pa.Table, languages: Sequence[str]) -> None:
    """Write the look-ups of a catalogue, whose titles are recognised in requests in these languages."""
    items, titles = catalogue[ITEM].to_pylist(), catalogue[TITLE].to_pylist()
    folder.write_arrow(CATALOGUE, catalogue)
    write_arrays(folder, NAMES, NameIndex.of(items, titles)._asdict())
    write_arrays(folder, TITLES, TitleArrays.of(titles, title_articles(languages))._asdict())
    folder.write_json(RECORD, {"version": VERSION, "languages": list(languages)})


def open_lookup(folder: Folder) -> StoredLookup | None:
    """Map the look-ups; None for a release of before there were any, or of another version."""
    record = folder.read_json(RECORD) if folder.exists(RECORD) else {}
    if record.get("version") != VERSION:
        return None
    names, titles = (
        {name: np.asarray(array) for name, array in mapped_arrays(folder, file).items()}
        for file in (NAMES, TITLES)
    )
    return StoredLookup(
        catalogue=folder.mapped_table(CATALOGUE),
        names=NameIndex(**names),
        titles=TitleArrays(**titles),
        languages=tuple(record["languages"]),
    )
