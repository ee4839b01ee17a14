"""User query: what a user's list is before a client wishes for anything; explanations are of this list."""

from __future__ import annotations

import time

import numpy as np

from palate.rank.rules import Rules
from palate.recommender.query import Query
from serving.users.live_users import LiveUser


def user_query(user: LiveUser) -> Query:
    """The query, less what the user has had, turned against or dismissed."""
    live, view = user.live, user.view
    return Query(
        history=live.history,
        not_again=view.repeats.not_again(live.history, int(time.time())),
        # Older events are long past: they stand in the way only where nothing ever comes again.
        disliked=np.concatenate((live.disliked, live.older)) if view.repeats.never else live.disliked,
        rules=Rules(dismissed=dismissed_rules(user)),
    )


def dismissed_rules(user: LiveUser) -> tuple[str, ...]:
    """An expression for each line that the user struck from their profile."""
    return tuple(user.view.categories.rule_of(line.categories) for line in user.state.dismissed)
