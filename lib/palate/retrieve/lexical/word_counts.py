"""Word counts: how often each text has each word, words told apart by hashes of eight bytes."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.hashing import text_hashes
from palate.words import split_words

MAX_WORDS = 512
"""Words of a text that are counted, so that no item takes more than 4 KB of an index."""


class WordCounts(NamedTuple):
    """Texts by their words. A row has its text's words, a column the texts of a word."""

    hashes: NDArray[np.uint64]
    """Of each word, rising, [words]."""
    matrix: sp.csr_matrix
    """How often a text has a word, float32 [texts, words]."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> WordCounts:
        """Count the words of texts."""
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__  # a word that is new gets the next number
        columns, starts = array("i"), array("q", [0])
        for text in texts:
            columns.extend(numbers[word] for word in split_words(text)[:MAX_WORDS])
            starts.append(len(columns))
        hashes = text_hashes(numbers)
        order = np.argsort(hashes)
        # The columns by rising hash: each word's place in that order, then one entry a text and word.
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        counts = np.ones(len(columns), np.float32)
        cells = (counts, places[np.asarray(columns, np.int32)], np.asarray(starts, np.int64))
        matrix = sp.csr_matrix(cells, shape=(len(texts), len(order)))
        matrix.sum_duplicates()
        return cls(hashes[order], matrix)
