"""Session service: the turns of a request are read again, and the list that they ask for is made.

turns, say -> session step -> query -> Pipeline -> list -> the same turns and one more

The client carries the state. What it may claim there (words, and lists that were shown) it might as well ask
for: nothing is read from a state but its own request. So no replica has to know it, nothing has to be bounded
but one request, nothing has to expire, and an erased user leaves no session behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from palate.conversation import SaidTurn, SessionStep, replies, session_step
from palate.conversation.phrases import turn_phrases
from palate.conversation.why_not import LOOKED_AT, WhyNot, missing_items
from palate.schema import NO_ITEM
from palate.steering import Steering
from serving.api.schemas import RecommendRequest, RecommendResponse
from serving.api.schemas.sessions import (
    MissingItem,
    NamedItem,
    SessionRequest,
    SessionResponse,
    SessionTurn,
)
from serving.recommendations.query_builder import query_of
from serving.recommendations.recommendation_service import Listener, RecommendationService, again_if_forgotten
from serving.recommendations.steering import to_understood
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUser


class SessionService:
    """One gateway's sessions, none of which it keeps."""

    def __init__(self, recommendations: RecommendationService) -> None:
        self._recommendations = recommendations

    async def refine(self, request: SessionRequest) -> SessionResponse:
        """The session after one more turn."""
        return await again_if_forgotten(lambda: self._refine(request))

    async def _refine(self, request: SessionRequest) -> SessionResponse:
        listener = await self._recommendations.listener(request)
        user = listener.user
        step = session_step(_said_turns(request.turns, user.view), request.say or "", user.view.turns)
        struck = [] if step.turn.kind == "restart" else request.struck
        steering = step.steering.without(frozenset(struck))
        asked = _list_request(request)
        listed = await self._recommendations.steered(asked, listener, steering)
        shown = _indices([place.item for place in listed.items], user.view)
        missing = await self._missing(asked, listener, step, steering=steering, shown=shown)
        return _response(request, user, step, steering=steering, listed=listed, missing=missing)

    async def _missing(
        self,
        request: RecommendRequest,
        listener: Listener,
        step: SessionStep,
        *,
        steering: Steering,
        shown: Sequence[int],
    ) -> tuple[WhyNot, ...]:
        """Why each item that was asked about is not in the list."""
        if not step.turn.items:
            return ()
        longer = query_of(request, listener.user, steering)._replace(k=LOOKED_AT, debug=True)
        ranking = await self._recommendations.ranking(listener, longer)
        facts = listener.user.view.requests.facts
        return missing_items(step.turn.items, steering, facts, listed=shown, longer=ranking)


def _list_request(request: SessionRequest) -> RecommendRequest:
    """The list that a session is about."""
    fields = ("user", "history", "k", "exclude", "filters")
    return RecommendRequest(**{name: getattr(request, name) for name in fields})


def _said_turns(turns: Sequence[SessionTurn], view: ReleaseView) -> list[SaidTurn]:
    return [SaidTurn(turn.say, tuple(_indices(turn.shown, view))) for turn in turns]


def _indices(items: Sequence[str], view: ReleaseView) -> list[int]:
    """Catalogue indices, `NO_ITEM` for what another release knew."""
    found = map(view.names.find, items)
    return [NO_ITEM if index is None else index for index in found]


def _response(
    request: SessionRequest,
    user: LiveUser,
    step: SessionStep,
    *,
    steering: Steering,
    listed: RecommendResponse,
    missing: Sequence[WhyNot],
) -> SessionResponse:
    view = user.view
    state = to_understood(steering, view)
    assert state is not None
    shown = [place.item for place in listed.items]
    kept = request.turns[: len(step.turns)]
    if step.say is None and kept:
        turns = [*kept[:-1], SessionTurn(say=kept[-1].say, shown=shown)]
    else:
        turns = [*kept, SessionTurn(say=step.say or "", shown=shown)]
    return SessionResponse(
        reply=_reply(step, missing, view),
        kind=step.turn.kind,
        turns=turns,
        struck=[] if step.turn.kind == "restart" else request.struck,
        state=state,
        liked=_named(steering.steer.liked, view),
        disliked=_named(steering.steer.disliked, view),
        missing=[_missing_item(one, view) for one in missing],
        list=listed,
    )


def _reply(step: SessionStep, missing: Sequence[WhyNot], view: ReleaseView) -> str:
    phrases = turn_phrases(view.requests.language_of(step.steering))
    return replies.answer(step, missing, view.names.titles, phrases)


def _named(items: Sequence[int], view: ReleaseView) -> list[NamedItem]:
    return [NamedItem(item=view.names.items[item], title=view.names.titles[item]) for item in items]


def _missing_item(found: WhyNot, view: ReleaseView) -> MissingItem:
    return MissingItem(
        item=view.names.items[found.item],
        title=view.names.titles[found.item],
        cause=found.cause,
        constraints=[constraint.text for constraint in found.constraints],
        place=found.place or None,
        rule=found.rule or None,
    )
