"""From added-up sums to the numbers of `metrics.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Part
from palate.evaluate.bootstrap import interval
from palate.evaluate.evaluator import VALUES
from palate.evaluate.metrics import ACCURACY, coverage, gini, lorenz_curve
from palate.evaluate.segments import ALL, COLD, SHORT, length_classes, segment_names
from palate.evaluate.sums import Sums

Values = NDArray[np.float64]
Table = dict[str, dict[str, float]]
"""Values by method and metric."""

DIGITS = 6
PER_USER = (*ACCURACY, "novelty", "diversity")
TABLE = (*PER_USER, "popularity_lift", "coverage", "gini")
"""All metrics of a method, in the order of tables."""


def metric_key(name: str, k: int) -> str:
    """Name with its list length, such as `ndcg@10`; AUC has none."""
    return name if name == "auc" else f"{name}@{k}"


def metrics_summary(sums: Sums, part: Part, methods: Sequence[str], k: int) -> dict[str, Any]:
    """What an evaluation found: the configured part, the validation part, and the method selected by it."""
    validation = metrics_table(sums, "validation", methods, k)
    return {
        "part": part,
        "k": k,
        "users": evaluated_users(sums, part, methods[0]),
        "methods": metrics_table(sums, part, methods, k),
        "intervals": intervals_table(sums, part, methods, k),
        "segments": segments_table(sums, part, methods, k),
        "validation": validation,
        "selected": best_method(validation, k),
    }


def evaluated_users(sums: Sums, part: Part, method: str, segment: str = ALL) -> int:
    """Users of a segment that had something to find."""
    weight = sums[f"{part}/{method}/weight"]
    return int(weight[0, segment_names().index(segment)])


def metrics_table(sums: Sums, part: Part, methods: Sequence[str], k: int) -> Table:
    """Every metric of every method over all users."""
    return {
        method: {
            **_sample_means(sums, part, method, k),
            **_exposure_metrics(sums[f"{part}/{method}/exposure"], k),
        }
        for method in methods
    }


def intervals_table(
    sums: Sums, part: Part, methods: Sequence[str], k: int
) -> dict[str, dict[str, list[float]]]:
    """95 % confidence intervals of the metrics that are means over users; none without resamples."""
    return {
        method: {
            metric_key(name, k): [_rounded(end) for end in interval(values[1:])]
            for name, values in _means(sums, part, method).items()
            if len(values) > 1
        }
        for method in methods
    }


def segments_table(sums: Sums, part: Part, methods: Sequence[str], k: int) -> dict[str, Any]:
    """Users and metrics of each segment that has any user: short histories, cold targets, lengths."""
    return {
        segment: {
            "users": users,
            "methods": {
                method: _sample_means(sums, part=part, method=method, k=k, segment=segment)
                for method in methods
            },
        }
        for segment in (SHORT, COLD, *length_classes())
        if (users := evaluated_users(sums, part, methods[0], segment))
    }


def best_method(validation: Table, k: int) -> str:
    """The method with the highest validation NDCG; of equals the first."""
    return max(validation, key=lambda method: validation[method][metric_key("ndcg", k)])


def lorenz_curves(sums: Sums, part: Part, methods: Sequence[str]) -> dict[str, list[float]]:
    """Points of each method's Lorenz curve of exposure, at 0, 1, ..., 100 % of the items."""
    return {
        method: [_rounded(point) for point in lorenz_curve(_exposure(sums[f"{part}/{method}/exposure"]))]
        for method in methods
    }


def _sample_means(sums: Sums, part: Part, method: str, k: int, segment: str = ALL) -> dict[str, float]:
    means = _means(sums, part, method, segment)
    return {metric_key(name, k): _rounded(values[0]) for name, values in means.items()}


def _means(sums: Sums, part: Part, method: str, segment: str = ALL) -> dict[str, Values]:
    """Mean of each per-user metric, and the popularity lift, in the sample and its resamples.

    What is not defined, as the lift of users without a history, is left out.
    """
    column = segment_names().index(segment)
    weight = sums[f"{part}/{method}/weight"][:, column].astype(np.float64)
    totals = sums[f"{part}/{method}/values"][:, column].astype(np.float64)
    by_name = {name: totals[:, place] for place, name in enumerate(VALUES)}
    lift = _ratio(by_name["recommended_popularity"], by_name["history_popularity"])
    means = {**{name: _ratio(by_name[name], weight) for name in PER_USER}, "popularity_lift": lift}
    return {name: values for name, values in means.items() if np.isfinite(values[0])}


def _ratio(above: Values, below: Values) -> Values:
    """Quotients; NaN, which intervals leave out, where a resample drew nobody."""
    quotients: Values = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return quotients


def _exposure_metrics(exposure: NDArray[np.float64 | np.int64], k: int) -> dict[str, float]:
    counts = _exposure(exposure)
    return {
        metric_key("coverage", k): _rounded(coverage(counts)),
        metric_key("gini", k): _rounded(gini(counts)),
    }


def _exposure(array: NDArray[np.float64 | np.int64]) -> NDArray[np.int64]:
    return array.astype(np.int64)


def _rounded(value: float) -> float:
    return round(float(value), DIGITS)
