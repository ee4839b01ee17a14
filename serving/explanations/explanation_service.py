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
    Token,
)
from serving.explanations.protocol import Draft, Explained, Explaining
from serving.explanations.response_builder import fresh, profile, remembered, shown, struck_lines
from serving.explanations.text_cache import EXPLANATION, PROFILE, KeptTexts
from serving.live_users import People, Somebody
from serving.releases.active_release import CurrentRelease


class Explanations:
    """One gateway's explanations."""

    def __init__(self, people: People, current: CurrentRelease, explainer: Explaining) -> None:
        self._people, self._current, self._explainer = people, current, explainer
        self._texts = TextStore(people.store.database)
        self._kept = KeptTexts(self._texts)

    async def explanation(self, user: str, item: str) -> ExplanationResponse:
        """Why an item is recommended to a user."""
        async with aclosing(self.events(user, item)) as events:
            async for event in events:
                if isinstance(event, ExplanationResponse):
                    return event
        raise AssertionError("unreachable")

    async def events(self, user: str, item: str) -> AsyncGenerator[Token | Rejected | ExplanationResponse]:
        """What is heard while the explanation is written, and at the end the explanation."""
        current = self._current.now
        index = current.book.item(item)
        somebody = await self._people.somebody(user, current)
        kept = await self._kept.true(somebody, EXPLANATION, [item])
        if item in kept:
            yield remembered(somebody, index, kept[item])
            return
        async with aclosing(self._explainer.explain(somebody.asked, index)) as heard:
            async for event in heard:
                if isinstance(event, Explained):
                    await self._kept.keep(somebody, EXPLANATION, {item: event})
                    yield fresh(somebody, index, event)
                else:
                    yield _told(event)

    async def attached(self, answer: RecommendResponse, somebody: Somebody) -> RecommendResponse:
        """The list, with those sentences about its places that were written before and still hold."""
        kept = await self._kept.true(somebody, EXPLANATION, [place.item for place in answer.items])
        places = [
            place.model_copy(update={"explanation": shown(kept[place.item])}) if place.item in kept else place
            for place in answer.items
        ]
        return answer.model_copy(update={"items": places})

    async def profile(self, user: str) -> ProfileResponse:
        """A user's taste in sentences."""
        somebody = await self._people.somebody(user, self._current.now)
        struck = {line.interest for line in somebody.state.struck}
        found = await self._explainer.interests(somebody.asked)
        interests = [one for one in found if one.id not in struck]
        names = somebody.book.catalogue.items
        items = [names[carrier.item] for one in interests for carrier in one.evidence.carriers]
        texts, tags = await asyncio.gather(
            self._lines(somebody, interests), self._kept.tags(somebody.release, items)
        )
        return profile(somebody, interests, texts, tags)

    async def strike(self, user: str, interest: str) -> StruckResponse:
        """Make a line count no more; `NotFound` if the profile has none of this id."""
        somebody = await self._people.somebody(user, self._current.now)
        if interest not in {line.interest for line in somebody.state.struck}:
            found = {one.id: one for one in await self._explainer.interests(somebody.asked)}
            if interest not in found:
                lines = f"it has {', '.join(found)}" if found else "it has no lines"
                raise NotFound(f"The profile of {user!r} has no line {interest!r}; {lines}")
            await self._texts.strike(user, interest, found[interest].categories)
        return await self._struck(user)

    async def restore(self, user: str, interest: str) -> StruckResponse:
        """Make a struck line count again."""
        await self._texts.restore(user, interest)
        return await self._struck(user)

    async def _struck(self, user: str) -> StruckResponse:
        state = await self._people.state(user)
        return StruckResponse(user=user, version=state.version, struck=struck_lines(state))

    async def _lines(self, somebody: Somebody, interests: Sequence[Interest]) -> dict[str, ShownText]:
        """A text for each interest: one that still holds, or a new one."""
        kept = await self._kept.true(somebody, PROFILE, [one.id for one in interests])
        shares = {one.id: one.share for one in interests}
        held = {id_: text for id_, text in kept.items() if still_often(text.kept.text, shares[id_])}
        texts = {id_: shown(text) for id_, text in held.items()}
        missing = [one for one in interests if one.id not in texts]
        if missing:
            written = await self._explainer.describe(somebody.release, missing)
            new = {one.id: text for one, text in zip(missing, written, strict=True)}
            await self._kept.keep(somebody, PROFILE, new)
            texts |= {
                id_: ShownText(text=one.written.text, source=one.written.source) for id_, one in new.items()
            }
        return texts


def _told(event: Draft | Attempt) -> Token | Rejected:
    return Token(text=event.text) if isinstance(event, Draft) else Rejected(reasons=list(event.reasons))
