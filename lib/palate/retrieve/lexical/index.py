"""Lexical index: BM25 scores of items' texts, each as a share of what a text could reach at most.

BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), in Lucene's
form. A library such as bm25s scores one closed set of texts; here a shard is scored with the statistics
of the whole catalogue, and live items with those of the release, so that scores of parts can be merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import NamedTuple, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.hashing import places_among, text_hashes
from palate.retrieve.lexical.statistics import WordStatistics
from palate.retrieve.lexical.word_counts import MAX_WORDS, WordCounts
from palate.words import split_words

SATURATION, LENGTH = 1.2, 0.75
"""BM25's k1 and b: how soon a word said again stops counting, and how far long texts are marked down.
Lucene's defaults, not tuned."""


class Postings(NamedTuple):
    """Of each word the texts that have it, one word's behind the other's."""

    hashes: NDArray[np.uint64]
    """Of each word, rising, [words]."""
    offsets: NDArray[np.signedinteger]
    """Where the entries of each word begin, and behind the last one's their end, [words + 1]."""
    texts: NDArray[np.int32]
    """Rising within a word, [entries]."""
    weights: NDArray[np.float32]
    """What the word gives to the score of the text, [entries]."""

    @classmethod
    def of(cls, counts: WordCounts, statistics: WordStatistics) -> Self:
        """Those of counted texts, by the statistics of the catalogue that they belong to."""
        matrix = counts.matrix.tocsc()
        # What each entry gives to the score of its text, with the rarity of its word, by column.
        lengths = np.asarray(counts.matrix.sum(axis=1)).ravel() / max(statistics.mean_length, 1.0)
        norms = (SATURATION * (1 - LENGTH + LENGTH * lengths)).astype(np.float32)
        matrix.data /= matrix.data + norms[matrix.indices]
        matrix.data *= np.repeat(statistics.rarity_of(counts.hashes), np.diff(matrix.indptr))
        return cls(counts.hashes, matrix.indptr, matrix.indices, matrix.data)

    def matrix(self, texts: int) -> sp.csc_matrix:
        """The weights as a matrix, float32 [texts, words], nothing of it copied."""
        return sp.csc_matrix((self.weights, self.texts, self.offsets), shape=(texts, len(self.hashes)))


class LexicalIndex:
    """Texts that can be searched by words; 8 bytes for each different word of each text, 16 for each word."""

    def __init__(self, postings: Postings, statistics: WordStatistics, texts: int) -> None:
        """Take the postings of so many texts, and the statistics of the catalogue that they belong to."""
        self.postings, self.statistics = postings, statistics
        self._weights, self._rows = postings.matrix(texts), slice(0, texts)

    @classmethod
    def of(cls, counts: WordCounts, statistics: WordStatistics) -> Self:
        """Index counted texts, by the statistics of the catalogue that they belong to."""
        return cls(Postings.of(counts, statistics), statistics, counts.matrix.shape[0])

    def __len__(self) -> int:
        return int(self._rows.stop - self._rows.start)

    def part(self, rows: slice) -> Self:
        """The same index, nothing of it copied, of some of its texts."""
        part = copy(self)
        part._rows = rows
        return part

    def scores(self, queries: Sequence[str]) -> NDArray[np.float32]:
        """Score of each text for each query, 0 to 1, float32 [queries, texts].

        The bound that it is divided by is that of a text that says each word of the query without end. A word
        that the catalogue does not have counts there too: what is mostly about other words is hardly met.
        """
        found = np.zeros((len(queries), len(self)), np.float32)
        for row, query in enumerate(queries):
            hashes = text_hashes(dict.fromkeys(split_words(query)[:MAX_WORDS]))
            if not len(hashes):
                continue
            words = places_among(self.postings.hashes, hashes)
            sums = self._weights[:, words[words >= 0]][self._rows].sum(axis=1)
            found[row] = np.asarray(sums).ravel() / self.statistics.rarity_of(hashes).sum()
        return found
