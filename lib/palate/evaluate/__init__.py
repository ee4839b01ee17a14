"""Offline evaluation: metrics, protocol, confidence intervals. The report is in `evaluate.report`."""

from palate.data.held_out import Cases, case_batches
from palate.evaluate.evaluator import CatalogueFacts, Evaluation, Evaluator, evaluated_parts
from palate.evaluate.summary import best_method, lorenz_curves, metric_key, metrics_summary
from palate.evaluate.sums import Sums, add_sums, sums_from_bytes, sums_to_bytes

__all__ = [
    "Cases",
    "CatalogueFacts",
    "Evaluation",
    "Evaluator",
    "Sums",
    "add_sums",
    "best_method",
    "case_batches",
    "evaluated_parts",
    "lorenz_curves",
    "metric_key",
    "metrics_summary",
    "sums_from_bytes",
    "sums_to_bytes",
]
