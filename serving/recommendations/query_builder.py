"""From what a client asks to what the stages are asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.data.histories import History
from palate.online import Struck
from palate.online.history import LiveHistory
from palate.rank.rules import Boost, Rules
from palate.recommender.query import Query
from serving.api.schemas import RecommendRequest
from serving.releases.release_view import Book


def query_of(request: RecommendRequest, live: LiveHistory, struck: Sequence[Struck], book: Book) -> Query:
    """The query, without what was `struck`; `NotFound` for an excluded item that is not in the catalogue."""
    return Query(
        history=live.history,
        k=request.k,
        hidden=live.hidden,
        exclude=book.items(request.exclude) if request.exclude else live.hidden[:0],
        rules=rules_of(request, struck, book),
        explain=request.explain,
        debug=request.debug,
    )


def rules_of(request: RecommendRequest, struck: Sequence[Struck], book: Book) -> Rules:
    """The rules; `PalateError` for an expression that cannot be read."""
    filters = request.filters
    return Rules(
        allow=filters.allow,
        deny=filters.deny,
        struck=tuple(book.categories.rule_of(line.categories) for line in struck),
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
