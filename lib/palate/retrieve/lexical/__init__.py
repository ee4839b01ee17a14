"""Lexical search: which items' texts have the words that are looked for (BM25)."""

from palate.retrieve.lexical.index import LexicalIndex
from palate.retrieve.lexical.statistics import WordStatistics
from palate.retrieve.lexical.word_counts import WordCounts

__all__ = ["LexicalIndex", "WordCounts", "WordStatistics"]
