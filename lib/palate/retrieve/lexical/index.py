"""Lexical index: BM25 scores of items' texts, each as a share of what a text could reach at most.

BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), in Lucene's
form. A library such as bm25s scores one closed set of texts; here a shard is scored with the statistics
of the whole catalogue, and live items with those of the release, so that scores of parts can be merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
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
    offsets: NDArray[np.int64]
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
        return cls(counts.hashes, matrix.indptr.astype(np.int64), matrix.indices, matrix.data)

    def of_word(self, word: int, rows: slice) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The texts of a word among some rows, by their place there, and its weights; [entries] each."""
        begin, end = self.offsets[word : word + 2].tolist()
        texts = self.texts[begin:end]
        first, last = np.searchsorted(texts, [rows.start, rows.stop]).tolist()
        return texts[first:last].astype(np.int64) - rows.start, self.weights[begin + first : begin + last]


class LexicalIndex:
    """Texts that can be searched by words; 8 bytes for each different word of each text, 16 for each word."""

    def __init__(self, postings: Postings, statistics: WordStatistics, rows: slice) -> None:
        """Take the postings of texts, the statistics of their catalogue, and the rows that are searched."""
        self._postings, self._statistics, self._rows = postings, statistics, rows

    @classmethod
    def of(cls, counts: WordCounts, statistics: WordStatistics) -> Self:
        """Index counted texts, by the statistics of the catalogue that they belong to."""
        return cls(Postings.of(counts, statistics), statistics, slice(0, counts.matrix.shape[0]))

    def __len__(self) -> int:
        return int(self._rows.stop - self._rows.start)

    def part(self, rows: slice) -> LexicalIndex:
        """The same index, nothing of it copied, of some of its texts."""
        return LexicalIndex(self._postings, self._statistics, rows)

    @property
    def postings(self) -> Postings:
        """Of all texts."""
        return self._postings

    @property
    def statistics(self) -> WordStatistics:
        """Of the catalogue."""
        return self._statistics

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
            words = places_among(self._postings.hashes, hashes)
            for word in words[words >= 0].tolist():
                texts, weights = self._postings.of_word(word, self._rows)
                found[row, texts] += weights
            found[row] /= self._statistics.rarity_of(hashes).sum()
        return found
