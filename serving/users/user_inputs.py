"""User inputs: what a user's list is made of before a client wishes for anything, and what they wish for."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from palate.live.said import NOTHING_SAID, Said
from palate.profile.dismissal import events_about
from palate.rank.rules import Rules
from palate.recommender.query import Query
from palate.stated.list_inputs import ListInputs, Strike
from palate.stated.parts import Stated
from palate.stated.written import NOTHING_ASKED, read_line
from palate.steering import Steering
from serving.users.live_users import LiveUser

NO_RULES: Final = Rules()


def list_inputs(
    user: LiveUser,
    rules: Rules = NO_RULES,
    asked: Steering = NOTHING_ASKED,
    *,
    request: str = "",
    said: Said = NOTHING_SAID,
) -> ListInputs:
    """What the user has had and turned against, said, written and struck; and a client's rules and request.

    `asked` is the `request` in words as it was read; `said` are vectors of the user's texts, or none.
    """
    live, view = user.live, user.view
    query = Query(
        history=live.history,
        not_again=view.repeats.not_again(live.history, int(time.time())),
        # Older events are long past: they stand in the way only where nothing ever comes again.
        disliked=np.concatenate((live.disliked, live.older)) if view.repeats.never else live.disliked,
        rules=rules,
        said=said,
    )
    return ListInputs(
        query,
        said=tuple(Stated(text.event.kind, text.text) for text in live.said) if len(said.places) else (),
        written=tuple(read_line(line.text, view.requests) for line in user.state.written),
        struck=_strikes(user),
        asked=asked,
        request=request,
    )


def _strikes(user: LiveUser) -> tuple[Strike, ...]:
    """The lines that the user struck from their profile."""
    view, history = user.view, user.live.history
    strikes = []
    for line in user.state.dismissed:
        rule = view.categories.rule_of(line.categories)
        about = events_about(history, rule, view.requests.facts)
        strikes.append(Strike(tuple(line.categories), rule, about))
    return tuple(strikes)
