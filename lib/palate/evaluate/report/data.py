"""Report data: what a report is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from palate.evaluate.report.examples import UserExample


class StageCost(NamedTuple):
    """What a stage took."""

    stage: str
    seconds: float
    rows_in: int
    rows_out: int
    rows_quarantined: int
    peak_memory_bytes: int


@dataclass(frozen=True)
class ReportData:
    """Everything that the page shows; what is empty is left out of it."""

    metrics: dict[str, Any]
    """`metrics_summary`, with `dataset`, `split`, `items` and `cold`."""
    lorenz: dict[str, list[float]] = field(default_factory=dict)
    """Points of each method's Lorenz curve."""
    summary: dict[str, Any] = field(default_factory=dict)
    """Counts of the preparation: users, items, events, quarantined rows by reason."""
    training_curve: list[float] = field(default_factory=list)
    """Validation NDCG of the sequence model after each epoch."""
    examples: list[UserExample] = field(default_factory=list)
    stages: list[StageCost] = field(default_factory=list)
    config: str = ""
    """The configuration as YAML."""
