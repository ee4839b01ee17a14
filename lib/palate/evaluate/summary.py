"""Metrics summary: from added-up sums to the numbers of `metrics.json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Part
from palate.evaluate.bootstrap import interval
from palate.evaluate.evaluator import MEASURES
from palate.evaluate.metrics import ACCURACY, coverage, gini, lorenz_curve
from palate.evaluate.segments import ALL_USERS, COLD_TARGETS, SHORT_HISTORY, length_classes, segment_names
from palate.evaluate.sums import MethodKey, MethodSums, Sums

Values = NDArray[np.float64]
Table = dict[str, dict[str, float]]
"""Values by method and metric."""
SumsByMethod = Mapping[str, MethodSums]

DIGITS = 6
PER_USER = (*ACCURACY, "novelty", "diversity")
TABLE_METRICS = (*PER_USER, "popularity_lift", "coverage", "gini")
"""All metrics of a method, in the order of tables."""


def metric_key(name: str, k: int) -> str:
    """Name with its list length, such as `ndcg@10`; AUC has none."""
    return name if name == "auc" else f"{name}@{k}"


def metrics_summary(sums: Sums, part: Part, methods: Sequence[str], k: int) -> dict[str, Any]:
    """What an evaluation found: the configured part, the validation part, and the method selected by it."""
    of_part = {method: sums[MethodKey(part, method)] for method in methods}
    of_validation = {method: sums[MethodKey("validation", method)] for method in methods}
    validation = metrics_table(of_validation, k)
    return {
        "part": part,
        "k": k,
        "users": evaluated_users(of_part),
        "methods": metrics_table(of_part, k),
        "intervals": intervals_table(of_part, k),
        "segments": segments_table(of_part, k),
        "validation": validation,
        "selected": best_method(validation, k),
    }


def evaluated_users(sums: SumsByMethod, segment: str = ALL_USERS) -> int:
    """Users of a segment that had something to find: the same for every method."""
    first = next(iter(sums.values()))
    return int(first.weight[0, segment_names().index(segment)])


def metrics_table(sums: SumsByMethod, k: int) -> Table:
    """Every metric of every method over all users."""
    return {
        method: {**_sample_means(of_method, k), **_exposure_metrics(of_method.exposure, k)}
        for method, of_method in sums.items()
    }


def intervals_table(sums: SumsByMethod, k: int) -> dict[str, dict[str, list[float]]]:
    """95 % confidence intervals of the metrics that are means over users; none without resamples."""
    return {method: _intervals(of_method, k) for method, of_method in sums.items()}


def segments_table(sums: SumsByMethod, k: int) -> dict[str, Any]:
    """Users and metrics of each segment that has any user: short histories, cold targets, lengths."""
    table = {}
    for segment in (SHORT_HISTORY, COLD_TARGETS, *length_classes()):
        users = evaluated_users(sums, segment)
        if users:
            means = {method: _sample_means(of_method, k, segment) for method, of_method in sums.items()}
            table[segment] = {"users": users, "methods": means}
    return table


def best_method(validation: Table, k: int) -> str:
    """The method with the highest validation NDCG; of equals the first."""
    return max(validation, key=lambda method: validation[method][metric_key("ndcg", k)])


def lorenz_curves(sums: Sums, part: Part, methods: Sequence[str]) -> dict[str, list[float]]:
    """Points of each method's Lorenz curve of exposure, at 0, 1, ..., 100 % of the items."""
    exposures = {method: sums[MethodKey(part, method)].exposure for method in methods}
    return {method: _rounded_all(lorenz_curve(exposure)) for method, exposure in exposures.items()}


def _sample_means(sums: MethodSums, k: int, segment: str = ALL_USERS) -> dict[str, float]:
    return {metric_key(name, k): _rounded(values[0]) for name, values in _means(sums, segment).items()}


def _intervals(sums: MethodSums, k: int) -> dict[str, list[float]]:
    resampled = {name: values[1:] for name, values in _means(sums).items() if len(values) > 1}
    return {metric_key(name, k): _rounded_all(interval(values)) for name, values in resampled.items()}


def _means(sums: MethodSums, segment: str = ALL_USERS) -> dict[str, Values]:
    """Mean of each per-user metric, and the popularity lift, in the sample and its resamples.

    What is not defined, as the lift of users without a history, is left out.
    """
    column = segment_names().index(segment)
    # Of this segment, [1 + resamples] and [1 + resamples, measures].
    weight, totals = sums.weight[:, column], sums.values[:, column]
    by_name = dict(zip(MEASURES, totals.T, strict=True))
    means = {name: _ratio(by_name[name], weight) for name in PER_USER}
    # A quotient of two means over the same users is that of their sums.
    means["popularity_lift"] = _ratio(by_name["recommended_popularity"], by_name["history_popularity"])
    return {name: values for name, values in means.items() if np.isfinite(values[0])}


def _ratio(above: Values, below: Values) -> Values:
    """Quotients; NaN, which intervals leave out, where a resample drew nobody."""
    quotients: Values = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return quotients


def _exposure_metrics(exposure: NDArray[np.int64], k: int) -> dict[str, float]:
    return {
        metric_key("coverage", k): _rounded(coverage(exposure)),
        metric_key("gini", k): _rounded(gini(exposure)),
    }


def _rounded(value: float) -> float:
    return round(float(value), DIGITS)


def _rounded_all(values: Iterable[float]) -> list[float]:
    return [_rounded(value) for value in values]
