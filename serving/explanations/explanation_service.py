"""Explanation service: sentences and profiles from the text cache while they are true, or newly generated.

user, item -> text cache -> ExplainerProtocol -> events (server-sent by the route) -> explanation
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from palate.errors import NotFound
from palate.explain import Attempt
from palate.explain.text.sentence_pack import sentence_pack
from palate.live.said import NOTHING_SAID, Said
from palate.online import TextStore
from palate.profile import Interest
from palate.profile.frequency import still_often
from palate.rank.rules import Rules
from palate.stated.written import NOTHING_ASKED
from serving.api.schemas import (
    ExplainRequest,
    ExplanationResponse,
    ProfileResponse,
    RecommendResponse,
    Rejected,
    ShownText,
    StruckResponse,
    TokenEvent,
)
from serving.api.schemas.requests import OWN_LIST
from serving.explanations.protocol import ExplainerProtocol, Explanation, PartialText, UserContext
from serving.explanations.response_builder import (
    profile,
    struck_lines,
    to_cached_explanation_response,
    to_explanation_response,
    to_text,
    with_text,
)
from serving.explanations.text_cache import EXPLANATION, PROFILE, TextCache
from serving.releases.active_release import ReleaseWatcher
from serving.users.live_users import LiveUser, LiveUsers
from serving.users.said_vectors import SaidVectors
from serving.users.user_inputs import list_inputs


class ExplanationService:
    """One gateway's explanations."""

    def __init__(
        self,
        watcher: ReleaseWatcher,
        live_users: LiveUsers,
        said: SaidVectors,
        texts: TextStore,
        explainer: ExplainerProtocol,
    ) -> None:
        """Take what knows the vectors of users' texts, what keeps sentences and who writes them."""
        self._watcher = watcher
        self._live_users = live_users
        self._said = said
        self._texts = texts
        self._text_cache = TextCache(texts)
        self._explainer = explainer

    async def explanation(
        self, user_id: str, item_id: str, request: ExplainRequest = OWN_LIST
    ) -> ExplanationResponse:
        """Why an item is recommended to a user, in their own list or in one that they asked for."""
        async with aclosing(self.explanation_events(user_id, item_id, request)) as events:
            async for event in events:
                if isinstance(event, ExplanationResponse):
                    return event
        raise AssertionError("unreachable")

    async def explanation_events(
        self, user_id: str, item_id: str, request: ExplainRequest = OWN_LIST
    ) -> AsyncGenerator[TokenEvent | Rejected | ExplanationResponse]:
        """What is heard while the explanation is written, and at the end the explanation.

        Kept is what was written of the user's own list; of one that was asked for, nobody asks again.
        """
        active = self._watcher.active
        index = active.view.item(item_id)
        user = await self._live_users.live_user(user_id, active)
        cached = await self._text_cache.explanation(user, item_id) if request.is_plain else None
        if cached is not None and cached.is_of(user.state.version):
            yield to_cached_explanation_response(user, index, cached)
            return
        before = None if cached is None else cached.before
        context = context_of(user, await self._said.said(user, active), request)
        async with aclosing(self._explainer.explain(context, index, before)) as events:
            async for event in events:
                if not isinstance(event, Explanation):
                    yield _intermediate(event)
                    continue
                if request.is_plain:
                    await self._text_cache.keep(user, EXPLANATION, {item_id: event})
                yield to_explanation_response(user, index, event)

    async def attached(self, response: RecommendResponse, user: LiveUser) -> RecommendResponse:
        """The list, with those sentences about its items that were written for what is known now.

        Whether an older one still holds is not looked into here: that takes many lists.
        """
        items = response.items
        cached = await self._text_cache.explanations(user, [listed.item for listed in items])
        sentences = {item: text for item, text in cached.items() if text.is_of(user.state.version)}
        explained = [
            with_text(listed, user.view, sentences[listed.item]) if listed.item in sentences else listed
            for listed in items
        ]
        return response.model_copy(update={"items": explained})

    async def profile(self, user_id: str) -> ProfileResponse:
        """A user's taste in sentences."""
        user = await self._live_users.live_user(user_id, self._watcher.active)
        dismissed = {line.interest for line in user.state.dismissed}
        interests = [
            interest
            for interest in await self._explainer.interests(context_of(user))
            if interest.id not in dismissed
        ]
        names = user.view.names.items
        items = [
            names[supporting_item.item]
            for interest in interests
            for supporting_item in interest.evidence.supporting_items
        ]
        texts, tags = await asyncio.gather(
            self._lines(user, interests), self._text_cache.tags(user.release, items)
        )
        return profile(user, interests, texts, tags)

    async def dismiss(self, user_id: str, interest_id: str) -> StruckResponse:
        """Make a line count no more; `NotFound` if the profile has none of this id."""
        user = await self._live_users.live_user(user_id, self._watcher.active)
        if interest_id not in {line.interest for line in user.state.dismissed}:
            interests = await self._explainer.interests(context_of(user))
            categories = {interest.id: interest.categories for interest in interests}
            if interest_id not in categories:
                lines = f"it has {', '.join(categories)}" if categories else "it has no lines"
                raise NotFound(f"The profile of {user_id!r} has no line {interest_id!r}; {lines}")
            await self._texts.dismiss(user_id, interest_id, categories[interest_id])
        return await self._struck(user_id)

    async def restore(self, user_id: str, interest_id: str) -> StruckResponse:
        """Make a struck line count again."""
        await self._texts.restore(user_id, interest_id)
        return await self._struck(user_id)

    async def _struck(self, user_id: str) -> StruckResponse:
        state = await self._live_users.state(user_id)
        return StruckResponse(user=user_id, version=state.version, struck=struck_lines(state))

    async def _lines(self, user: LiveUser, interests: Sequence[Interest]) -> dict[str, ShownText]:
        """A text for each interest: one that still holds, or a new one."""
        shares = {interest.id: interest.share for interest in interests}
        cached = await self._text_cache.profile_lines(user, list(shares))
        texts = {
            id_: to_text(text) for id_, text in cached.items() if still_often(text.stored.text, shares[id_])
        }
        missing = [interest for interest in interests if interest.id not in texts]
        return texts | await self._new_lines(user, missing) if missing else texts

    async def _new_lines(self, user: LiveUser, interests: Sequence[Interest]) -> dict[str, ShownText]:
        """A newly written text for each interest, which is kept."""
        explanations = await self._explainer.describe(user.edition, interests)
        by_id = {
            interest.id: explanation for interest, explanation in zip(interests, explanations, strict=True)
        }
        await self._text_cache.keep(user, PROFILE, by_id)
        return {
            id_: ShownText(text=explanation.written.text, source=explanation.written.source)
            for id_, explanation in by_id.items()
        }


def context_of(user: LiveUser, said: Said = NOTHING_SAID, request: ExplainRequest = OWN_LIST) -> UserContext:
    """What an explainer needs to know of a user, with the vectors of their texts, and of what they ask for.

    `PalateError` for a language that nothing is written in, or a filter that cannot be read.
    """
    if request.language is not None:
        sentence_pack(request.language)
    asked = user.view.understood(request.query, request.struck) if request.query else NOTHING_ASKED
    rules = Rules(**dict(request.filters))
    inputs = list_inputs(user, rules, asked, request=request.query or "", said=said)
    return UserContext(user.edition, inputs, request.language)


def _intermediate(event: PartialText | Attempt) -> TokenEvent | Rejected:
    """What a client hears before the explanation."""
    if isinstance(event, PartialText):
        return TokenEvent(text=event.text)
    return Rejected(reasons=list(event.reasons))
