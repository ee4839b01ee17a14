"""Texts that were written before, for as long as they are true."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from palate.errors import PalateError
from palate.explain import Evidence, Sentiment
from palate.explain.evidence.serialisation import evidence_json, evidence_of
from palate.online import KeptText, NewText, StoreUnavailable, TextStore
from palate.online.text_store import EXPLANATION, NO_USER, PROFILE, TAGS
from palate.profile import tags_of
from serving.explanations.protocol import Explanation
from serving.live_users import LiveUser

log = logging.getLogger("ray.serve")

__all__ = ["EXPLANATION", "PROFILE", "KeptTexts", "Remembered"]


class Remembered(NamedTuple):
    """A text that was written before, and what made it true then."""

    kept: KeptText
    evidence: Evidence

    def holds(self, version: int, sentiments: Mapping[int, Sentiment]) -> bool:
        """Whether everything that the text rests on is still in the history, and thought of in the same way.

        A text that rests on nothing of the history holds only until something new is known of the user.
        """
        supporting_items = self.evidence.supporting_items
        if not supporting_items:
            return self.kept.version == version
        return all(
            sentiments.get(supporting_item.item) is supporting_item.sentiment
            for supporting_item in supporting_items
        )


class KeptTexts:
    """What the store holds of texts, seen with what is known of the user now."""

    def __init__(self, texts: TextStore) -> None:
        self._texts = texts

    async def true(self, live_user: LiveUser, kind: str, items: Sequence[str]) -> dict[str, Remembered]:
        """Texts about these items that still hold, by item."""
        found = await self._texts.texts(live_user.release, live_user.id, kind, items)
        if not found:
            return {}
        version, sentiments = live_user.state.version, live_user.sentiments()
        remembered = {item: Remembered(text, evidence_of(text.evidence)) for item, text in found.items()}
        return {item: one for item, one in remembered.items() if one.holds(version, sentiments)}

    async def keep(self, live_user: LiveUser, kind: str, texts: Mapping[str, Explanation]) -> None:
        """Keep what was written, by item; a template only if nothing better can be had by asking again."""
        lasting = {item: text for item, text in texts.items() if text.lack in (None, "rejected")}
        rows = [_row(live_user, kind, item, text) for item, text in lasting.items()]
        try:
            await self._texts.keep(rows)
        except StoreUnavailable:
            raise
        except PalateError as error:  # it is too long to keep, which is no reason not to show it
            log.warning("a text is not kept: %s", error)

    async def tags(self, release: str, items: Iterable[str]) -> dict[str, list[str]]:
        """Tags of those items that have some."""
        found = await self._texts.texts(release, NO_USER, TAGS, list(dict.fromkeys(items)))
        return {item: tags_of(text.text) for item, text in found.items()}


def _row(live_user: LiveUser, kind: str, item: str, text: Explanation) -> NewText:
    return NewText(
        release=live_user.release,
        user=live_user.id,
        kind=kind,
        item=item,
        text=text.written.text,
        source=text.written.source,
        evidence=evidence_json(text.evidence),
        version=live_user.state.version,
    )
