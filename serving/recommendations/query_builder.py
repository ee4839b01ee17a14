"""Query: from what a client asks to what the pipeline is asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.data.histories import History
from palate.live.said import NOTHING_SAID, Said
from palate.online.events import NOBODY
from palate.online.history import LiveHistory
from palate.rank.rules import Rules, Variety
from palate.recommender.query import Query
from palate.stated.written import NOTHING_ASKED
from palate.steering import Steering
from serving.api.schemas import RecommendRequest
from serving.releases.active_release import ActiveRelease
from serving.users.live_users import LiveUser
from serving.users.user_inputs import list_inputs


def query_of(
    request: RecommendRequest, live_user: LiveUser, steering: Steering | None, said: Said = NOTHING_SAID
) -> Query:
    """The query, less what was dismissed, with what the person wrote of themselves and what is asked for.

    `said` are vectors of the person's texts.
    """
    inputs = list_inputs(live_user, rules_of(request), steering or NOTHING_ASKED, said=said)
    query = inputs.without()
    excluded = live_user.view.known_items(request.exclude)
    return query._replace(
        k=request.k,
        exclude=np.concatenate([query.exclude, excluded]).astype(np.int32),
        explain=request.explain,
        debug=request.debug,
    )


def rules_of(request: RecommendRequest) -> Rules:
    """The rules; `PalateError` for an expression that cannot be read."""
    return Rules(
        **dict(request.filters),
        **{name: getattr(request, name) for name in Variety.model_fields},
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
