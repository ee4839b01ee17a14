"""Profile service: lines of a profile written, rewritten and struck, and what that does to the list."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence

from palate.errors import NotFound
from palate.online import TextStore
from palate.online.events import WrittenLine
from palate.stated.written import line_meaning
from palate.steering import Steering
from serving.api.schemas import RecommendRequest
from serving.api.schemas.profiles import (
    LineRequest,
    ListedItem,
    ProfileChangeResponse,
    WrittenLineBody,
    WrittenProfileResponse,
)
from serving.explanations.explanation_service import ExplanationService
from serving.explanations.response_builder import struck_lines
from serving.recommendations.recommendation_service import RecommendationService
from serving.recommendations.steering import to_understood
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUser

COMPARED = 10
"""Places of the list that a change is told of."""


class ProfileService:
    """One gateway's profiles."""

    def __init__(
        self, explanations: ExplanationService, recommendations: RecommendationService, texts: TextStore
    ) -> None:
        self._explanations = explanations
        self._recommendations = recommendations
        self._texts = texts

    async def profile(self, user_id: str) -> WrittenProfileResponse:
        """A user's taste in sentences, with the lines that they wrote; a rewritten line is among these."""
        found = await self._explanations.profile(user_id)
        user = (await self._recommendations.listener(RecommendRequest(user=user_id))).user
        written = await self._written(user)
        own = {line.id for line in written}
        lines = [line for line in found.lines if line.id not in own]
        return WrittenProfileResponse(**dict(found) | {"lines": lines}, written=written)

    async def add(self, user_id: str, request: LineRequest) -> ProfileChangeResponse:
        """Keep a new line."""
        line = f"line-{secrets.token_hex(4)}"
        return await self._changed(user_id, line, lambda: self._texts.write_line(user_id, line, request.text))

    async def rewrite(self, user_id: str, line: str, request: LineRequest) -> ProfileChangeResponse:
        """Put words in the place of a line; `NotFound` if the profile has none of this id."""
        await self._require(user_id, line)
        return await self._changed(user_id, line, lambda: self._texts.write_line(user_id, line, request.text))

    async def strike(self, user_id: str, line: str) -> ProfileChangeResponse:
        """Delete a written line, or strike one of an interest; `NotFound` if there is neither."""

        async def gone() -> None:
            if not await self._texts.remove_line(user_id, line):
                await self._explanations.dismiss(user_id, line)

        return await self._changed(user_id, line, gone)

    async def restore(self, user_id: str, line: str) -> ProfileChangeResponse:
        """Make a struck line count again."""

        async def back() -> None:
            await self._explanations.restore(user_id, line)

        return await self._changed(user_id, line, back)

    async def _require(self, user_id: str, line: str) -> None:
        found = await self.profile(user_id)
        known = [one.id for one in (*found.written, *found.lines)]
        if line not in known:
            lines = f"it has {', '.join(known)}" if known else "it has no lines"
            raise NotFound(f"The profile of {user_id!r} has no line {line!r}; {lines}")

    async def _changed(
        self, user_id: str, line: str, change: Callable[[], Awaitable[None]]
    ) -> ProfileChangeResponse:
        """What the user's list is before and after a change."""
        before = await self._list(user_id)
        await change()
        after = await self._list(user_id)
        user = (await self._recommendations.listener(RecommendRequest(user=user_id))).user
        return ProfileChangeResponse(
            user=user_id,
            version=user.state.version,
            line=line,
            written=await self._written(user),
            struck=struck_lines(user.state),
            items_in=_only(after, before),
            items_out=_only(before, after),
        )

    async def _written(self, user: LiveUser) -> list[WrittenLineBody]:
        """The lines that a user wrote, each with what of it says nothing of the catalogue."""
        view, lines = user.view, user.state.written
        readings = [view.requests.read(line.text) for line in lines]
        ignored = await self._recommendations.unrelated(user.release, line_meaning(readings).texts)
        return [
            _line(line, reading, [text for text in line_meaning([reading]).texts if text in ignored], view)
            for line, reading in zip(lines, readings, strict=True)
        ]

    async def _list(self, user_id: str) -> list[ListedItem]:
        request = RecommendRequest(user=user_id, k=COMPARED)
        found = await self._recommendations.unlogged(request)
        return [ListedItem(item=place.item, title=place.title) for place in found.items]


def _line(line: WrittenLine, reading: Steering, ignored: Sequence[str], view: ReleaseView) -> WrittenLineBody:
    understood = to_understood(reading, view)
    assert understood is not None
    counts = len(ignored) < len(reading.constraints) + bool(reading.rest)
    return WrittenLineBody(
        id=line.id, text=line.text, understood=understood, ignored=list(ignored), counts=counts
    )


def _only(items: Sequence[ListedItem], others: Sequence[ListedItem]) -> list[ListedItem]:
    """The items that are not among the others."""
    return [item for item in items if item not in others]
