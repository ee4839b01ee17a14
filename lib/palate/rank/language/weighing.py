"""Weight of the language model in a list, by validation events, and its worth beside trivial rivals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.rank.language.evidence import Likelihoods
from palate.retrieve.fusion import Pool, cross_fitted, fit_weights, joined, paired_gain
from palate.retrieve.fusion.pool import K

_SCORE, _GAIN, _GIVEN, _ALONE = range(4)
"""Columns of the pool."""


class LookedAt(NamedTuple):
    """The beginning of a user's list, and what came next."""

    items: NDArray[np.int32]
    """Catalogue indices, best first, [items]."""
    scores: NDArray[np.float32]
    """What the list is ordered by, positive, [items]."""
    likelihoods: Likelihoods
    target: int


def weigh(lists: Sequence[LookedAt]) -> tuple[float, dict[str, Any]]:
    """The weight that makes the targets likeliest, at least one list given, and a report of NDCG@10.

    In the report the fused order of each user is by a weight fitted to the other half of the users.
    """
    pool = _pool(lists)
    weight = float(fit_weights(pool, [_SCORE, _GAIN], np.ones(len(lists), np.bool_))[1])
    return weight, _report(pool, cross_fitted(pool, [_SCORE, _GAIN])) | {"weight": weight}


def report_with(weight: float, lists: Sequence[LookedAt]) -> dict[str, Any]:
    """The report for a weight that was found by other events."""
    pool = _pool(lists)
    fused = pool.scores[:, _SCORE] + np.float32(weight) * pool.scores[:, _GAIN]
    return _report(pool, pool.gains(fused)) | {"weight": weight}


def _report(pool: Pool, fused: NDArray[np.float64]) -> dict[str, Any]:
    """What an order is worth whose NDCG@10 of each user is `fused`, [users]."""
    as_it_was = pool.gains(pool.scores[:, _SCORE])
    gain, error = paired_gain(fused, as_it_was)
    columns = {"gain alone": _GAIN, "likelihood alone": _GIVEN, "likelihood without history": _ALONE}
    rivals = {name: float(pool.gains(pool.scores[:, column]).mean()) for name, column in columns.items()}
    return {
        "users": len(pool.sizes),
        "found": float((pool.target >= 0).mean()),
        "llm_rerank_gain": gain,
        "standard_error": error,
        "ndcg@10": {
            "list as it was": float(as_it_was.mean()),
            "with the language model": float(fused.mean()),
            "random order": float(_at_random(pool).mean()),
            **rivals,
        },
    }


def _pool(lists: Sequence[LookedAt]) -> Pool:
    return joined([_of_list(looked_at) for looked_at in lists])


def _of_list(looked_at: LookedAt) -> Pool:
    likelihoods = looked_at.likelihoods
    columns = (np.log(looked_at.scores), likelihoods.gain, *likelihoods)
    position = np.flatnonzero(looked_at.items == looked_at.target)
    target = position if len(position) else np.array([-1])
    scores = np.stack(columns, axis=1).astype(np.float32)
    return Pool(np.array([len(looked_at.items)]), scores, target, np.array([looked_at.target]))


def _at_random(pool: Pool) -> NDArray[np.float64]:
    """Expected NDCG@10 of each user if all orders of the list are as likely, [users]."""
    of_places = np.cumsum(1 / np.log2(np.arange(K) + 2))
    shown = np.minimum(pool.sizes, K)
    return np.where(pool.target >= 0, of_places[shown - 1] / pool.sizes, 0.0)
