"""Lexical index: BM25 scores of items' texts, each as a share of what a text could reach at most.

BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), in Lucene's
form. A library such as bm25s scores one closed set of texts; here a shard is scored with the statistics
of the whole catalogue, and live items with those of the release, so that scores of parts can be merged.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.hashing import text_hashes
from palate.retrieve.lexical.statistics import WordStatistics
from palate.retrieve.lexical.word_counts import MAX_WORDS, WordCounts, places_among
from palate.words import split_words

SATURATION, LENGTH = 1.2, 0.75
"""BM25's k1 and b: how soon a word said again stops counting, and how far long texts are marked down.
Lucene's defaults, not tuned."""


class LexicalIndex:
    """Texts that can be searched by words; 8 bytes for each different word of each text, 12 for each word."""

    def __init__(self, counts: WordCounts, statistics: WordStatistics) -> None:
        """Take the counts of texts, and the statistics of the catalogue that they belong to."""
        self._hashes, self._statistics = counts.hashes, statistics
        matrix = counts.matrix.tocsc()
        # What each entry gives to the score of its text, with the rarity of its word, by column.
        lengths = np.asarray(counts.matrix.sum(axis=1)).ravel() / max(statistics.mean_length, 1.0)
        norms = (SATURATION * (1 - LENGTH + LENGTH * lengths)).astype(np.float32)
        matrix.data /= matrix.data + norms[matrix.indices]
        matrix.data *= np.repeat(statistics.rarity_of(counts.hashes), np.diff(matrix.indptr))
        self._weights = matrix

    def scores(self, queries: Sequence[str]) -> NDArray[np.float32]:
        """Score of each text for each query, 0 to 1, float32 [queries, texts].

        The bound that it is divided by is that of a text that says each word of the query without end. A word
        that the catalogue does not have counts there too: what is mostly about other words is hardly met.
        """
        found = np.zeros((len(queries), self._weights.shape[0]), np.float32)
        for row, query in enumerate(queries):
            hashes = text_hashes(dict.fromkeys(split_words(query)[:MAX_WORDS]))
            if not len(hashes):
                continue
            columns = places_among(self._hashes, hashes)
            sums = self._weights[:, columns[columns >= 0]].sum(axis=1)
            found[row] = np.asarray(sums).ravel() / self._statistics.rarity_of(hashes).sum()
        return found
