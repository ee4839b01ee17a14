"""Stored lexical index: the words of all texts, counted at publication and mapped when a release opens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.mapped.arrays import mapped_arrays, write_arrays
from palate.retrieve.lexical.index import LexicalIndex, Postings
from palate.retrieve.lexical.statistics import WordStatistics
from palate.retrieve.lexical.word_counts import WordCounts
from palate.storage import Folder

WORD_FILES = "words"
"""Folder of the index in a release."""
POSTINGS, STATISTICS = "postings", "statistics.json"
VERSION = 1
"""Of the way in which texts become words and weights; an index of another one is not read."""


def lexical_index(texts: Sequence[str]) -> LexicalIndex:
    """Count the words of a whole catalogue's texts now."""
    counts = WordCounts.of(texts)
    return LexicalIndex.of(counts, WordStatistics.of(counts))


def write_lexical_index(folder: Folder, texts: Sequence[str]) -> None:
    """Write the index of a whole catalogue's texts."""
    index = lexical_index(texts)
    statistics = index.statistics
    arrays = index.postings._asdict() | {"rarity": statistics.rarity}
    write_arrays(folder, POSTINGS, arrays)
    record = {
        "version": VERSION,
        "texts": len(index),
        "unknown": statistics.unknown,
        "mean_length": statistics.mean_length,
    }
    folder.write_json(STATISTICS, record)


def open_lexical_index(folder: Folder) -> LexicalIndex | None:
    """Map the index; None for a release of before there was one, or one of another version."""
    if not folder.exists(STATISTICS):
        return None
    record = folder.read_json(STATISTICS)
    if record["version"] != VERSION:
        return None
    arrays = {name: np.asarray(array) for name, array in mapped_arrays(folder, POSTINGS).items()}
    rarity, unknown, mean_length = arrays.pop("rarity"), record["unknown"], record["mean_length"]
    postings = Postings(**arrays)
    statistics = WordStatistics(postings.hashes, rarity, unknown, mean_length)
    return LexicalIndex(postings, statistics, record["texts"])
