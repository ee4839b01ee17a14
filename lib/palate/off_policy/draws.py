"""Draws of exploration, read back from a logged list, and what a drawn item stands for.

`explore` fills the head of a list from the top, and draws the other places without replacement from all that
is below, by weights. It logs the propensity of each draw *given those before it*, and the drawn items stand
by their rank, not by the draw. So the product of the propensities is not that of the list (any order of the
draws leads to it), and no single one is that of an item being shown. What they are exactly is Des Raj's
ordered sample: with p_d the propensity of draw d of m,

    t_d = y_1 + ... + y_(d-1) + y_d / p_d

is unbiased for the sum of y over all that could be drawn, for each d, and so is the mean over d, in which the
item of draw d weighs (1 / p_d + m - d) / m. Des Raj, "Some estimators in sampling with varying probabilities
without replacement", JASA 1956.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Rows = NDArray[np.int64]

TOLERANCE = 0.01
"""Relative difference of a propensity from the logged one; both went through float32."""


class CandidatePool(NamedTuple):
    """All that a release would list for somebody, best first."""

    items: tuple[str, ...]
    scores: Values
    """Positive, [items]."""


class Draws(NamedTuple):
    """What of a list was drawn at random."""

    places: Rows
    """The places that were drawn, from 0, in the order of the draws, [draws]."""
    ranks: Rows
    """Of each shown item in the pool, from 0, [places]."""
    weights: Values
    """What each place stands for, [places]: 1 for what was not drawn."""


def read_draws(pool: CandidatePool, items: tuple[str, ...], propensities: Values) -> Draws | None:
    """The draws of a logged list; None if the pool is not what it was drawn from.

    That is so where the list's head is not the pool's, or the logged propensities are not those of its
    scores: the request had rules of its own, or what is known of the user or the items has changed.

    Args:
        pool: What the release that made the list makes of the same history now, without exploration.
        items: The list, best first.
        propensities: As logged, [places]; 1 for what was not drawn.
    """
    head = _head(pool, propensities)
    rank_of = {item: rank for rank, item in enumerate(pool.items)}
    ranks = np.array([rank_of.get(item, -1) for item in items], np.int64)
    if (ranks[:head] != np.arange(head)).any() or (ranks[head:] < head).any() or (propensities <= 0).any():
        return None
    # What was left at a draw is its weight over its propensity, and it falls from draw to draw.
    drawn = pool.scores[ranks[head:]]
    order = np.argsort(-drawn / propensities[head:], kind="stable")
    left = pool.scores[head:].sum() - np.concatenate([[0.0], np.cumsum(drawn[order])[:-1]])
    if not np.allclose(drawn[order] / left, propensities[head:][order], rtol=TOLERANCE, atol=0):
        return None
    return Draws(head + order, ranks, _weights(propensities, head + order))


def _head(pool: CandidatePool, propensities: Values) -> int:
    """Places above the first that was drawn; a list that holds the whole pool left nothing to chance."""
    drawn = np.flatnonzero(propensities < 1)
    return int(drawn[0]) if len(drawn) and len(pool.items) > len(propensities) else len(propensities)


def _weights(propensities: Values, places: Rows) -> Values:
    """Des Raj's weights, [places]."""
    weights, count = np.ones(len(propensities)), len(places)
    later = count - 1 - np.arange(count)
    weights[places] = (1 / propensities[places] + later) / max(count, 1)
    return weights
