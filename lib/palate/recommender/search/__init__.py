"""Free-text search of one shard: by the words of items' texts and by their vectors."""

from palate.recommender.search.fused_scores import FusedScores
from palate.recommender.search.lexical_source import LexicalSource

__all__ = ["FusedScores", "LexicalSource"]
