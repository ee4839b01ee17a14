"""From what a client asks to what the stages are asked."""

from __future__ import annotations

import numpy as np

from palate.data.histories import History
from palate.online.history import LiveHistory
from palate.rank.rules import Boost, Rules
from palate.recommender.query import Query
from serving.api.models import RecommendRequest
from serving.book import Book


def query_of(request: RecommendRequest, live: LiveHistory, book: Book) -> Query:
    """The query; `NotFound` for an excluded item that the catalogue does not hold."""
    return Query(
        history=live.history,
        k=request.k,
        hidden=live.hidden,
        exclude=book.items(request.exclude) if request.exclude else live.hidden[:0],
        rules=rules_of(request),
        explain=request.explain,
        debug=request.debug,
    )


def rules_of(request: RecommendRequest) -> Rules:
    """The rules; `PalateError` for an expression that cannot be read."""
    filters = request.filters
    return Rules(
        allow=filters.allow,
        deny=filters.deny,
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
    return LiveHistory(History(items, np.arange(len(items), dtype=np.int64)), np.zeros(0, np.int32))
