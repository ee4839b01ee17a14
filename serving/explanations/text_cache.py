"""Text cache: sentences that were written before, each for as long as it is true."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from palate.errors import PalateError
from palate.explain import Evidence, Sentiment
from palate.explain.evidence.serialisation import evidence_json, evidence_of
from palate.explain.generate.writer import Source
from palate.online import KeptText, NewText, StoreUnavailable, TextStore
from palate.online.text_store import EXPLANATION, NO_USER, PROFILE, TAGS
from palate.profile import tags_of
from serving.explanations.protocol import Explanation, TextBefore
from serving.users.live_users import LiveUser

log = logging.getLogger("ray.serve")

__all__ = ["EXPLANATION", "PROFILE", "CachedText", "TextCache"]


class CachedText(NamedTuple):
    """A text that was written before, and what made it true then."""

    stored: KeptText
    evidence: Evidence

    @property
    def before(self) -> TextBefore:
        """As an explainer takes it, which knows whether the list still rests on the same."""
        return TextBefore(self.stored.text, cast(Source, self.stored.source), self.evidence)

    def is_of(self, version: int) -> bool:
        """Whether it was written for this version of the user: then the list rests on the same."""
        return self.stored.version == version

    def holds(self, version: int, sentiments: Mapping[int, Sentiment]) -> bool:
        """Whether everything that a line rests on is still in the history, and thought of in the same way.

        A text that rests on nothing of the history holds only until something new is known of the user.
        """
        supporting_items = self.evidence.supporting_items
        if not supporting_items:
            return self.stored.version == version
        return all(
            sentiments.get(supporting_item.item) is supporting_item.sentiment
            for supporting_item in supporting_items
        )


class TextCache:
    """What the store holds of texts, seen with what is known of the user now."""

    def __init__(self, texts: TextStore) -> None:
        self._texts = texts

    async def explanations(self, user: LiveUser, items: Sequence[str]) -> dict[str, CachedText]:
        """Explanations of these items, of any version of the user, by item; none that names a live one."""
        return await self._kept(user, EXPLANATION, items)

    async def explanation(self, user: LiveUser, item: str) -> CachedText | None:
        """That of one item, as `explanations`."""
        return (await self.explanations(user, [item])).get(item)

    async def profile_lines(self, user: LiveUser, lines: Sequence[str]) -> dict[str, CachedText]:
        """Those of these lines that still hold, by line; none that names a live item."""
        cached = await self._kept(user, PROFILE, lines)
        if not cached:
            return {}
        version, sentiments = user.state.version, user.sentiments()
        return {line: text for line, text in cached.items() if text.holds(version, sentiments)}

    async def _kept(self, user: LiveUser, kind: str, items: Sequence[str]) -> dict[str, CachedText]:
        stored = await self._texts.texts(user.release, user.id, kind, items)
        cached = {item: CachedText(text, evidence_of(text.evidence)) for item, text in stored.items()}
        return {item: text for item, text in cached.items() if not _is_live(user, kind, item, text.evidence)}

    async def keep(self, user: LiveUser, kind: str, explanations: Mapping[str, Explanation]) -> None:
        """Keep what was written, by item; a template only if nothing better can be had by asking again.

        Nothing is kept of somebody unknown: who may only read must not fill the store with made-up users.
        """
        if not user.known:
            return
        rows = [
            _row(user, kind, item, explanation)
            for item, explanation in explanations.items()
            if explanation.fallback_reason in (None, "rejected")
            and not _is_live(user, kind, item, explanation.evidence)
        ]
        try:
            await self._texts.keep(rows)
        except StoreUnavailable:
            raise
        except PalateError as error:  # it is too long to keep, which is no reason not to show it
            log.warning("a text is not kept: %s", error)

    async def tags(self, release: str, items: Iterable[str]) -> dict[str, list[str]]:
        """Tags of those items that have some."""
        stored = await self._texts.texts(release, NO_USER, TAGS, list(dict.fromkeys(items)))
        return {item: tags_of(text.text) for item, text in stored.items()}


def _is_live(user: LiveUser, kind: str, item: str, evidence: Evidence) -> bool:
    """Whether anything that a text names was changed since the release, and may be changed again."""
    named = [supporting_item.item for supporting_item in evidence.supporting_items]
    if kind == EXPLANATION:
        named.append(user.view.item(item))
    return any(map(user.view.is_live, named))


def _row(user: LiveUser, kind: str, item: str, explanation: Explanation) -> NewText:
    return NewText(
        release=user.release,
        user=user.id,
        kind=kind,
        item=item,
        text=explanation.written.text,
        source=explanation.written.source,
        evidence=evidence_json(explanation.evidence),
        version=user.state.version,
    )
