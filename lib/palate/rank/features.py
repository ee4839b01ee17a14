"""Ranking features: what the action model knows of a candidate, all of it at hand in serving."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.live.layered import LayeredArray
from palate.rank.statistics import ItemStatistics, pair_counts
from palate.retrieve.candidates import Candidates
from palate.retrieve.popularity import Popularity

FEATURES = (
    "relevance", "log-share", "log-rank", "log-popularity", "log-history",
    "lateness", "log-openings", "follows", "near",
)  # fmt: skip
"""Features that do not depend on the sources.

`relevance`: the method's score less the greatest of the candidates. `log-share`: logarithm of the softmax
of the relevance over the candidates. `log-rank`: log(rank) by relevance. `log-popularity`: log(1 + users) of
the item. `log-history`: log(1 + events) of the user. `lateness`, `log-openings`: `mean_position` and
`first_share` of `ItemStatistics`. `follows`, `near`: log(1 + times) that the item came right after, or near,
the latest of the history. (Names of features stand in releases, and so they stay.)"""
GAP, RANK = "gap", "log-rank"
"""Of each source but popularity: its score less the greatest it gives to a candidate, and log(rank) by it."""
Columns = Sequence[NDArray[np.floating]]
"""Features, [n] each."""
LEAST_SHARE = 1e-6
"""Of openings, so that there is a logarithm where nothing was learned."""


def features_for(sources: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns of `candidate_features` for candidates of these sources."""
    compared = [source for source in sources if source != Popularity.method]
    return (
        *FEATURES,
        *(f"{GAP}:{source}" for source in compared),
        *(f"{RANK}:{source}" for source in compared),
    )


def candidate_features(
    candidates: Candidates,
    relevance: NDArray[np.float32],
    popularity: NDArray[np.float32] | LayeredArray,
    statistics: ItemStatistics,
    history: NDArray[np.int32],
) -> NDArray[np.float32]:
    """Features of one user's candidates, float32 [n, len(features_for(candidates.sources))].

    `relevance` [n] is the method's score of each candidate, `popularity` [items] the number of users of
    each item of the catalogue, `history` [events] the items that the user took, oldest first.
    """
    if not len(candidates):
        return np.zeros((0, len(features_for(candidates.sources))), np.float32)
    columns = (
        *_relevance_features(relevance),
        np.log1p(popularity[candidates.items]),
        np.full(len(candidates), np.log1p(len(history))),
        *_statistics_features(statistics, history, candidates.items),
        *_source_features(candidates),
    )
    return np.column_stack(columns).astype(np.float32)


def _relevance_features(relevance: NDArray[np.float32]) -> Columns:
    """`relevance`, `log-share` and `log-rank`."""
    centred = relevance - relevance.max()
    return [centred, centred - np.log(np.exp(centred).sum()), _log_ranks(relevance)]


def _statistics_features(
    statistics: ItemStatistics, history: NDArray[np.int32], items: NDArray[np.int32]
) -> Columns:
    """`lateness`, `log-openings`, `follows` and `near`."""
    return [
        statistics.mean_position[items],
        np.log(np.maximum(statistics.first_share[items], LEAST_SHARE)),
        _with_latest(statistics.next_counts, history, items),
        _with_latest(statistics.window_counts, history, items),
    ]


def _source_features(candidates: Candidates) -> Columns:
    """The gap, and then the logarithm of the rank, by each source but popularity."""
    compared = [column for column, name in enumerate(candidates.sources) if name != Popularity.method]
    scores = candidates.scores[:, compared]
    return [*(scores - scores.max(axis=0)).T, *map(_log_ranks, scores.T)]


def _log_ranks(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithm of the rank of each score, the greatest first; of equal ones the earlier row."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return np.log(ranks)


def _with_latest(
    matrix: sp.csr_matrix, history: NDArray[np.int32], items: NDArray[np.int32]
) -> NDArray[np.float32]:
    """log(1 + times) of each item with the latest of the history; 0 without a history."""
    if not len(history):
        return np.zeros(len(items), np.float32)
    logarithms: NDArray[np.float32] = np.log1p(pair_counts(matrix, int(history[-1]), items))
    return logarithms
