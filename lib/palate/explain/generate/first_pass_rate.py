"""First-pass rate: how often a model's first answers may be shown as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from palate.explain.generate.request import TextRequest
from palate.explain.generate.writer import Attempt, judged
from palate.language.prompt import Refusal

_NAMED = re.compile(r"'[^']*'|\"[^\"]*\"|\b\d+\b")


class FirstPassRate(NamedTuple):
    """First answers of a model, held against the checker."""

    asked: int
    passed: int
    share: float
    """Of those asked; 0 for none."""
    reasons: dict[str, int]
    """Answers that were refused for each kind of reason, most frequent first; an answer may have several."""
    examples: list[str]
    """The first answers that passed."""
    refused: list[str]
    """The first that did not."""


def first_pass_rate(
    requests: Sequence[TextRequest], answers: Sequence[str | Refusal], shown: int = 5
) -> FirstPassRate:
    """Judge an answer to each request; `shown` of either kind are kept."""
    results = [judged(request, answer) for request, answer in zip(requests, answers, strict=True)]
    refused = [result for result in results if isinstance(result, Attempt)]
    passed = [result for result in results if isinstance(result, str)]
    reasons = Counter[str]()
    for attempt in refused:
        reasons.update({kind_of_reason(reason) for reason in attempt.reasons})
    return FirstPassRate(
        asked=len(results),
        passed=len(passed),
        share=len(passed) / max(1, len(results)),
        reasons=dict(reasons.most_common()),
        examples=passed[:shown],
        refused=[attempt.text for attempt in refused[:shown]],
    )


def kind_of_reason(reason: str) -> str:
    """A checker's reason without the title, word or number that it is about."""
    return _NAMED.sub("…", reason)
