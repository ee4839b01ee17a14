"""Forward selection: the choice of the methods that are added to the first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.retrieve.fusion.pool import Pool, Values
from palate.retrieve.fusion.weights import cross_fitted, fit_weights
from palate.retrieve.hybrid import Step


def chosen_partners(
    pool: Pool, names: Sequence[str], worth: Values | None = None
) -> tuple[dict[str, float], list[Step]]:
    """Weights by method, and how they came about; the first of `names` is always there, with weight 1.

    One method after another is added, each time the one with which NDCG@10 is highest, as long as it brings
    more than the standard error of what it brings. Every method more costs serving memory and time. Each
    user's event counts `worth`, float64 [users], of mean 1 (`worth_by_popularity`); all alike without it.
    """
    counted = 1.0 if worth is None else worth
    chosen, gains, steps = [0], counted * pool.gains(pool.scores[:, 0]), list[Step]()
    while len(gains) and len(chosen) < len(names) and (not steps or steps[-1].kept):
        tried = {
            column: counted * cross_fitted(pool, [*chosen, column], worth)
            for column in range(len(names))
            if column not in chosen
        }
        best = max(tried, key=lambda column: float(tried[column].mean()))
        steps.append(_step(names[best], tried[best], gains))
        if steps[-1].kept:
            chosen, gains = [*chosen, best], tried[best]
    weights = fit_weights(pool, chosen, np.ones(len(pool.sizes), np.bool_), worth)
    return {names[column]: float(weight) for column, weight in zip(chosen, weights, strict=True)}, steps


def _step(method: str, after: Values, before: Values) -> Step:
    gain, error = paired_gain(after, before)
    return Step(method, ndcg=float(after.mean()), gain=gain, error=error, kept=gain > error)


def paired_gain(after: Values, before: Values) -> tuple[float, float]:
    """Mean of what each user gains, and its standard error."""
    change = after - before
    return float(change.mean()), float(change.std() / np.sqrt(len(change)))
