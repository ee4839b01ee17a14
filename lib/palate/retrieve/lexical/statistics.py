"""Word statistics: how rare each word of a catalogue is, and how long its texts are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.hashing import places_among
from palate.retrieve.lexical.word_counts import WordCounts


class WordStatistics(NamedTuple):
    """Of a whole catalogue, so that parts of it, and items that came later, are scored alike."""

    hashes: NDArray[np.uint64]
    """Of each word, rising, [words]."""
    rarity: NDArray[np.float32]
    """Inverse document frequency of each word, [words]."""
    unknown: float
    """That of a word that no text has."""
    mean_length: float
    """Words of a text."""

    @classmethod
    def of(cls, counts: WordCounts) -> WordStatistics:
        """Those of counted texts; the inverse document frequency is ln(1 + (n - d + 1/2) / (d + 1/2))."""
        texts, words = counts.matrix.shape
        with_word = np.bincount(counts.matrix.indices, minlength=words)
        rarity = np.log1p((texts - with_word + 0.5) / (with_word + 0.5)).astype(np.float32)
        mean_length = float(counts.matrix.sum()) / max(1, texts)
        return cls(counts.hashes, rarity, float(np.log1p(2 * texts + 1)), mean_length)

    def rarity_of(self, hashes: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Inverse document frequency of words by their hashes, float32 [hashes]."""
        places = places_among(self.hashes, hashes)
        rarity = np.full(len(hashes), self.unknown, np.float32)
        rarity[places >= 0] = self.rarity[places[places >= 0]]
        return rarity
