"""How near texts are to reference texts, how fluent, and how distinct."""

from benchmarks.explanations.text_metrics.distinct import distinct_ngrams, distinct_share
from benchmarks.explanations.text_metrics.overlap import rouge_l, words

__all__ = ["distinct_ngrams", "distinct_share", "rouge_l", "words"]
