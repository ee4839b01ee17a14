"""What the API's routes ask for of explanations and profiles: kept texts, and whoever writes new ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from palate.errors import NotFound
from palate.explain import Attempt
from palate.online import TextStore
from palate.profile import Interest
from palate.profile.frequency import still_often
from serving.api.schemas import (
    ExplanationResponse,
    ProfileResponse,
    RecommendResponse,
    Rejected,
    ShownText,
    StruckResponse,
    TokenEvent,
)
from serving.explanations.protocol import ExplainerProtocol, Explanation, PartialText
from serving.explanations.response_builder import (
    profile,
    remembered,
    struck_lines,
    to_explanation_response,
    to_text,
)
from serving.explanations.text_cache import EXPLANATION, PROFILE, KeptTexts
from serving.live_users import LiveUser, LiveUsers
from serving.releases.active_release import ReleaseWatcher


class Explanations:
    """One gateway's explanations."""

    def __init__(self, live_users: LiveUsers, current: ReleaseWatcher, explainer: ExplainerProtocol) -> None:
        self._live_users, self._current, self._explainer = live_users, current, explainer
        self._texts = TextStore(live_users.store.database)
        self._kept = KeptTexts(self._texts)

    async def explanation(self, user: str, item: str) -> ExplanationResponse:
        """Why an item is recommended to a user."""
        async with aclosing(self.events(user, item)) as events:
            async for event in events:
                if isinstance(event, ExplanationResponse):
                    return event
        raise AssertionError("unreachable")

    async def events(
        self, user: str, item: str
    ) -> AsyncGenerator[TokenEvent | Rejected | ExplanationResponse]:
        """What is heard while the explanation is written, and at the end the explanation."""
        current = self._current.now
        index = current.view.item(item)
        live_user = await self._live_users.live_user(user, current)
        kept = await self._kept.true(live_user, EXPLANATION, [item])
        if item in kept:
            yield remembered(live_user, index, kept[item])
            return
        async with aclosing(self._explainer.explain(live_user.context, index)) as heard:
            async for event in heard:
                if isinstance(event, Explanation):
                    await self._kept.keep(live_user, EXPLANATION, {item: event})
                    yield to_explanation_response(live_user, index, event)
                else:
                    yield _told(event)

    async def attached(self, answer: RecommendResponse, live_user: LiveUser) -> RecommendResponse:
        """The list, with those sentences about its places that were written before and still hold."""
        kept = await self._kept.true(live_user, EXPLANATION, [place.item for place in answer.items])
        places = [
            place.model_copy(update={"explanation": to_text(kept[place.item])})
            if place.item in kept
            else place
            for place in answer.items
        ]
        return answer.model_copy(update={"items": places})

    async def profile(self, user: str) -> ProfileResponse:
        """A user's taste in sentences."""
        live_user = await self._live_users.live_user(user, self._current.now)
        dismissed = {line.interest for line in live_user.state.dismissed}
        found = await self._explainer.interests(live_user.context)
        interests = [one for one in found if one.id not in dismissed]
        names = live_user.view.catalogue.items
        items = [
            names[supporting_item.item]
            for one in interests
            for supporting_item in one.evidence.supporting_items
        ]
        texts, tags = await asyncio.gather(
            self._lines(live_user, interests), self._kept.tags(live_user.release, items)
        )
        return profile(live_user, interests, texts, tags)

    async def dismiss(self, user: str, interest: str) -> StruckResponse:
        """Make a line count no more; `NotFound` if the profile has none of this id."""
        live_user = await self._live_users.live_user(user, self._current.now)
        if interest not in {line.interest for line in live_user.state.dismissed}:
            found = {one.id: one for one in await self._explainer.interests(live_user.context)}
            if interest not in found:
                lines = f"it has {', '.join(found)}" if found else "it has no lines"
                raise NotFound(f"The profile of {user!r} has no line {interest!r}; {lines}")
            await self._texts.dismiss(user, interest, found[interest].categories)
        return await self._struck(user)

    async def restore(self, user: str, interest: str) -> StruckResponse:
        """Make a struck line count again."""
        await self._texts.restore(user, interest)
        return await self._struck(user)

    async def _struck(self, user: str) -> StruckResponse:
        state = await self._live_users.state(user)
        return StruckResponse(user=user, version=state.version, struck=struck_lines(state))

    async def _lines(self, live_user: LiveUser, interests: Sequence[Interest]) -> dict[str, ShownText]:
        """A text for each interest: one that still holds, or a new one."""
        kept = await self._kept.true(live_user, PROFILE, [one.id for one in interests])
        shares = {one.id: one.share for one in interests}
        held = {id_: text for id_, text in kept.items() if still_often(text.kept.text, shares[id_])}
        texts = {id_: to_text(text) for id_, text in held.items()}
        missing = [one for one in interests if one.id not in texts]
        if missing:
            written = await self._explainer.describe(live_user.release, missing)
            new = {one.id: text for one, text in zip(missing, written, strict=True)}
            await self._kept.keep(live_user, PROFILE, new)
            texts |= {
                id_: ShownText(text=one.written.text, source=one.written.source) for id_, one in new.items()
            }
        return texts


def _told(event: PartialText | Attempt) -> TokenEvent | Rejected:
    return (
        TokenEvent(text=event.text)
        if isinstance(event, PartialText)
        else Rejected(reasons=list(event.reasons))
    )
