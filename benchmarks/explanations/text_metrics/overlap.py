"""ROUGE-L: the longest common subsequence of the words of a text and of a reference."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Runs of letters and digits, in lower case."""
    return _WORD.findall(text.lower())


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence L: 2 L / (words of the text + words of the reference).

    0 where both are empty. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", ACL 2004; beta is
    1, and words are not stemmed.
    """
    first, second = words(text), words(reference)
    return 2 * _common(first, second) / max(1, len(first) + len(second))


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for word in first:
        diagonal = 0
        for place, other in enumerate(second, 1):
            above = row[place]
            row[place] = diagonal + 1 if word == other else max(above, row[place - 1])
            diagonal = above
    return row[-1]
