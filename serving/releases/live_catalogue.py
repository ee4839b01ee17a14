"""Live catalogue: follows the store's items by their changes, and makes them rows on top of a release.

    store --changes--> rows --encoder--> overlay --every stage--> edition

What is read is kept, so that a release that becomes current gets all of it before it answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from palate.data.hashing import text_hash
from palate.live.overlay import NO_OVERLAY, NO_VECTORS, Edition, LiveRow, LiveText, LiveVectors, Overlay
from palate.online.items import ItemState, ItemStore, LiveItem
from serving.pipeline.protocol import LiveStages, Pipeline
from serving.releases.release_view import ReleaseView

log = logging.getLogger("ray.serve")

NEWS_AT_ONCE = 128
"""Items that a new edition takes in, so that none waits for a long import."""
TEXTS_AT_ONCE = 16
"""Texts that are encoded in one call, between which lists are made."""


class PreparedRow(NamedTuple):
    """A row, and what the encoder is to be asked about it."""

    live: LiveItem
    row: LiveRow
    encoder: str
    """What tells the vector of this text by this encoder from others."""


class LiveCatalogue:
    """The items of the store as one gateway has read them."""

    def __init__(self, store: ItemStore, pipeline: Pipeline, others: Sequence[LiveStages] = ()) -> None:
        """Take the stages of the pipeline, which also encodes, and others that have to know of live items."""
        self._store, self._pipeline = store, pipeline
        self._stages: tuple[LiveStages, ...] = (pipeline, *others)
        self._gateway, self._number = uuid4().hex, 0
        self._change = 0
        self._items: dict[str, LiveItem] = {}
        self._news: dict[str, LiveItem] = {}
        """What was read and is in no list yet."""
        self._unkept: list[LiveItem] = []
        """Items with vectors that the store does not have yet."""
        self.was_put_back = False
        """Whether lists hold what the store has forgotten."""

    @property
    def has_news(self) -> bool:
        """Whether something was read that is in no list yet."""
        return bool(self._news)

    async def poll(self) -> None:
        """Read what changed since the last time; errors as in `ItemStore.since`, and nothing is lost."""
        if not await self._read():
            log.warning("the store was put back to an earlier state, and its items are read again")
            self._items, self._news = {}, {}
            self._change = 0
            self.was_put_back = True
            await self._read()

    async def prepare(self, release: str, view: ReleaseView) -> None:
        """Encode what another encoder read, so that the release has all vectors when it is to answer."""
        rows = await asyncio.to_thread(self._rows, view)
        await self._vectors(release, [row for row in rows if _takes_encoding(row)])

    async def over(self, release: str, view: ReleaseView) -> ReleaseView:
        """The release with all that was read on top, in every stage."""
        rows = await asyncio.to_thread(self._rows, view)
        layered = await self._extended(release, view, NO_OVERLAY, rows)
        self._news, self.was_put_back = {}, False
        return layered

    async def extended(self, release: str, view: ReleaseView) -> ReleaseView:
        """The view with some of the news on top too, in every stage; first what is to leave the lists."""
        news = sorted(self._news.values(), key=lambda live: live.state is ItemState.AVAILABLE)
        batch = [_row(view, live) for live in news[:NEWS_AT_ONCE]]
        layered = await self._extended(release, view, view.overlay, batch)
        for row in batch:
            del self._news[row.live.item]
        return layered

    async def keep_vectors(self) -> None:
        """Keep in the store what was encoded, so that no other replica has to; lists do not wait for it."""
        while self._unkept:
            await self._store.keep_vectors(self._unkept[:NEWS_AT_ONCE])
            del self._unkept[:NEWS_AT_ONCE]

    async def _read(self) -> bool:
        """Read all pages that are new; whether they and what was read before are what the store holds."""
        while True:
            page = await self._store.since(self._change)
            if page.change < self._change:
                return False
            changed = {item.item: item for item in page.items}
            self._items |= changed
            self._news |= changed
            self._change = page.change
            if page.is_last:
                return page.total == len(self._items)

    def _rows(self, view: ReleaseView) -> list[PreparedRow]:
        """All items that are not just what the release has, as rows of it."""
        rows = (_prepared(view, live) for live in list(self._items.values()))
        return [row for row in rows if row is not None]

    async def _extended(
        self, release: str, view: ReleaseView, earlier: Overlay, rows: Sequence[PreparedRow]
    ) -> ReleaseView:
        if not rows:
            return view
        vectors = await self._vectors(release, rows)
        self._number += 1
        newer = Overlay.of(self._number, [prepared.row for prepared in rows], vectors)
        edition = Edition(release, self._number, self._gateway)
        await asyncio.gather(*(stages.extend(edition, earlier.number, newer) for stages in self._stages))
        return await asyncio.to_thread(view.over, earlier.followed_by(newer), self._gateway)

    async def _vectors(self, release: str, rows: Sequence[PreparedRow]) -> LiveVectors:
        """Vectors of the rows; those that were made before are in the store."""
        parts = [
            await self._encoded(release, rows[first : first + TEXTS_AT_ONCE])
            for first in range(0, len(rows), TEXTS_AT_ONCE)
        ]
        return LiveVectors.joined(parts) if parts else NO_VECTORS

    async def _encoded(self, release: str, rows: Sequence[PreparedRow]) -> LiveVectors:
        made = await self._pipeline.encode_live(release, [_text_of(prepared) for prepared in rows])
        new = [
            prepared.live._replace(encoder=prepared.encoder, vector=vector.tobytes())
            for prepared, vector in zip(rows, made.text, strict=True)
            if prepared.row.text is not None and prepared.live.encoder != prepared.encoder
        ]
        self._unkept += new
        self._items |= {live.item: live for live in new if self._is_latest(live)}
        return made

    def _is_latest(self, live: LiveItem) -> bool:
        return live.item in self._items and self._items[live.item].change == live.change


def _prepared(view: ReleaseView, live: LiveItem) -> PreparedRow | None:
    """An item as a row of the release; None if it is just what the release has."""
    prepared = _row(view, live)
    row = prepared.row
    if row.text is not None or row.state is not ItemState.AVAILABLE:
        return prepared
    released = view.columns.row(live.item, view.released_row(row.item_index), {})
    return None if released == row.fields else prepared


def _row(view: ReleaseView, live: LiveItem) -> PreparedRow:
    row = view.live_row(live)
    return PreparedRow(live, row, f"{view.encoder_id}:{text_hash(row.text or '')}")


def _takes_encoding(prepared: PreparedRow) -> bool:
    return _text_of(prepared).vector is None and prepared.row.text is not None


def _text_of(prepared: PreparedRow) -> LiveText:
    vector = prepared.live.vector if prepared.live.encoder == prepared.encoder else None
    return LiveText(prepared.row.item_index, prepared.row.text, vector)
