"""How much texts differ from each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.explanations.text_metrics.overlap import words


def distinct_ngrams(texts: Iterable[str], n: int) -> float:
    """Different n-grams of words over all n-grams of the texts; 0 where there are none.

    Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models", NAACL 2016.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        found = words(text)
        counts.update(zip(*(found[start:] for start in range(n)), strict=False))
    return len(counts) / max(1, counts.total())


def distinct_share(groups: Iterable[Sequence[str]]) -> float:
    """Of all pairs of texts in the same group, such as those about one item, the share that differ.

    1 where no group has two texts.
    """
    pairs = equal = 0
    for group in groups:
        pairs += len(group) * (len(group) - 1) // 2
        equal += sum(count * (count - 1) // 2 for count in Counter(group).values())
    return 1 - equal / pairs if pairs else 1.0
