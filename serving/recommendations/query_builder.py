"""From what a client asks to what the stages are asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.data.histories import History
from palate.online import DismissedLine
from palate.online.history import LiveHistory
from palate.rank.rules import Boost, Rules
from palate.recommender.query import Query
from serving.api.schemas import RecommendRequest
from serving.releases.release_view import ReleaseView


def query_of(
    request: RecommendRequest, live: LiveHistory, dismissed: Sequence[DismissedLine], view: ReleaseView
) -> Query:
    """The query, less what was `dismissed`; `NotFound` for an excluded item that the catalogue lacks."""
    return Query(
        history=live.history,
        k=request.k,
        hidden=live.hidden,
        exclude=view.items(request.exclude) if request.exclude else live.hidden[:0],
        rules=rules_of(request, dismissed, view),
        explain=request.explain,
        debug=request.debug,
    )


def rules_of(request: RecommendRequest, dismissed: Sequence[DismissedLine], view: ReleaseView) -> Rules:
    """The rules; `PalateError` for an expression that cannot be read."""
    filters = request.filters
    return Rules(
        allow=filters.allow,
        deny=filters.deny,
        dismissed=tuple(view.categories.rule_of(line.categories) for line in dismissed),
        boosts=tuple(Boost(match=boost.match, factor=boost.factor) for boost in filters.boosts),
        not_before=filters.not_before,
        freshness=filters.freshness,
        half_life=filters.half_life,
        per_category=filters.per_category,
        diversity=request.diversity,
        explore=request.explore,
        seed=request.seed,
    )


def anonymous(items: np.ndarray) -> LiveHistory:
    """Somebody of whom nothing is known but these items, int32 [events], oldest first."""
    order = np.arange(len(items), dtype=np.int64)
    return LiveHistory(History(items, order), np.zeros(0, np.int32))
