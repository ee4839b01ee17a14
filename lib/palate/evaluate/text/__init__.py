"""How near texts are to reference texts, how fluent, and how distinct."""

from palate.evaluate.text.distinct import distinct_ngrams, distinct_share
from palate.evaluate.text.overlap import rouge_l, words

__all__ = ["distinct_ngrams", "distinct_share", "rouge_l", "words"]
