"""Lexical search: which items' texts have the words that are looked for (BM25)."""

from palate.retrieve.lexical.files import WORD_FILES, lexical_index, open_lexical_index, write_lexical_index
from palate.retrieve.lexical.index import LexicalIndex
from palate.retrieve.lexical.statistics import WordStatistics
from palate.retrieve.lexical.word_counts import WordCounts

__all__ = [
    "WORD_FILES",
    "LexicalIndex",
    "WordCounts",
    "WordStatistics",
    "lexical_index",
    "open_lexical_index",
    "write_lexical_index",
]
