"""What the action model knows of a candidate: numbers that serving has at hand for every candidate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.rank.candidates import Candidates
from palate.retrieve.popularity import Popularity

FEATURES = ("relevance", "log-share", "log-popularity", "log-history")
"""Features that do not depend on the sources.

`relevance`: the method's score less the greatest of the candidates. `log-share`: logarithm of the softmax
of the relevance over the candidates. `log-popularity`: log(1 + users) of the item. `log-history`:
log(1 + events) of the user."""
GAP = "gap"
"""Of each source but popularity: its score less the greatest it gives to a candidate."""


def features_for(sources: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns of `candidate_features` for candidates of these sources."""
    return (*FEATURES, *(f"{GAP}:{source}" for source in sources if source != Popularity.method))


def candidate_features(
    candidates: Candidates,
    relevance: NDArray[np.float32],
    popularity: NDArray[np.float32],
    history_length: int,
) -> NDArray[np.float32]:
    """Features of one user's candidates, float32 [n, len(features_for(candidates.sources))].

    `relevance` [n] is the method's score of each candidate, `popularity` [items] the number of users of
    each item of the catalogue, `history_length` the number of events of the user.
    """
    found = np.empty((len(candidates), len(features_for(candidates.sources))), np.float32)
    if not len(candidates):
        return found
    centred = relevance - relevance.max()
    found[:, 0] = centred
    found[:, 1] = centred - np.log(np.exp(centred).sum())
    found[:, 2] = np.log1p(popularity[candidates.items])
    found[:, 3] = np.log1p(np.float32(history_length))
    compared = [place for place, name in enumerate(candidates.sources) if name != Popularity.method]
    scores = candidates.scores[:, compared]
    found[:, len(FEATURES) :] = scores - scores.max(axis=0)
    return found
