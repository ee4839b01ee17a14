"""User query: what a user's list is before a client wishes for anything; explanations are of this list."""

from __future__ import annotations

import time

import numpy as np

from palate.profile.dismissal import undrawn
from palate.profile.written import NOTHING_ASKED, with_profile
from palate.rank.rules import Rules
from palate.recommender.query import Query
from palate.steering import Steering
from serving.users.live_users import LiveUser


def user_query(user: LiveUser, rules: Rules | None = None, asked: Steering = NOTHING_ASKED) -> Query:
    """The query, less what the user has had, turned against or dismissed, with what they wrote of themselves.

    `rules` and what is `asked` for are a client's.
    """
    live, view, dismissed = user.live, user.view, dismissed_rules(user)
    query = Query(
        history=undrawn(live.history, dismissed, view.requests.facts),
        not_again=view.repeats.not_again(live.history, int(time.time())),
        # Older events are long past: they stand in the way only where nothing ever comes again.
        disliked=np.concatenate((live.disliked, live.older)) if view.repeats.never else live.disliked,
        rules=rules or Rules(dismissed=dismissed),
    )
    written = [line.text for line in user.state.written]
    return with_profile(query, written, view.requests, asked)


def dismissed_rules(user: LiveUser) -> tuple[str, ...]:
    """An expression for each line that the user struck from their profile."""
    return tuple(user.view.categories.rule_of(line.categories) for line in user.state.dismissed)
