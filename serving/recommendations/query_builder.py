"""Query: from what a client asks to what the pipeline is asked."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from palate.data.histories import History
from palate.online import DismissedLine
from palate.online.events import NOBODY
from palate.online.history import LiveHistory
from palate.rank.rules import Rules, Variety
from palate.recommender.query import Query
from palate.recommender.steering import steered
from palate.steering import Steering
from serving.api.schemas import RecommendRequest
from serving.releases.active_release import ActiveRelease
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUser


def query_of(request: RecommendRequest, live_user: LiveUser, steering: Steering | None) -> Query:
    """The query, less what was dismissed, with what its words ask for."""
    live, view = live_user.live, live_user.view
    query = Query(
        history=live.history,
        k=request.k,
        not_again=view.repeats.not_again(live.history, int(time.time())),
        # Older events are long past: they stand in the way only where nothing ever comes again.
        disliked=np.concatenate((live.disliked, live.older)) if view.repeats.never else live.disliked,
        exclude=view.known_items(request.exclude),
        rules=rules_of(request, live_user.state.dismissed, view),
        explain=request.explain,
        debug=request.debug,
    )
    return query if steering is None else steered(query, steering)


def rules_of(request: RecommendRequest, dismissed: Sequence[DismissedLine], view: ReleaseView) -> Rules:
    """The rules; `PalateError` for an expression that cannot be read."""
    return Rules(
        **dict(request.filters),
        **{name: getattr(request, name) for name in Variety.model_fields},
        dismissed=tuple(view.categories.rule_of(line.categories) for line in dismissed),
    )


def anonymous_user(history: Sequence[str], active: ActiveRelease) -> LiveUser:
    """Somebody of whom nothing is known but these items, oldest first; unknown ones count for nothing.

    `NotFound` if all of them are unknown.
    """
    items = active.view.known_items(history)
    if history and not len(items):
        active.view.item(history[0])
    order = np.arange(len(items), dtype=np.int64)
    live = LiveHistory(History(items, order), np.zeros(0, np.int32))
    return LiveUser(id="", state=NOBODY, live=live, view=active.view, release=active.release)
