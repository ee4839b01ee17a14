"""Living catalogue: takes what a client says of items into the store, once it fits the release's columns."""

from __future__ import annotations

from collections.abc import Mapping

from palate.errors import NotFound
from palate.facts import FactSpan
from palate.live.columns import said_fields
from palate.online.items import ItemChange, ItemState, ItemStore, LiveItem
from palate.online.monitor import StoreMonitor
from palate.online.postgres.errors import StoreUnavailable
from palate.schema import TITLE
from serving.api.schemas import ItemPatch, ItemRemoved, ItemResponse, ItemsRequest, ItemsResponse
from serving.api.schemas.catalogue import ItemFact
from serving.api.schemas.items import ColumnValue, RemovedState
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ItemsSettings


class ItemService:
    """One gateway's items; what lasts is in the store."""

    def __init__(
        self, settings: ItemsSettings, watcher: ReleaseWatcher, store: ItemStore, monitor: StoreMonitor
    ) -> None:
        self._settings, self._watcher = settings, watcher
        self._store, self._monitor = store, monitor

    async def item(self, item_id: str) -> ItemResponse:
        """An item as it is now, even if no list knows of it yet; while the store is away as lists know it."""
        view, live = self._watcher.active.view, await self._found(item_id)
        if live is None:
            index = view.item(item_id)
            state = view.state(index)
            row = {**view.fields[index], TITLE: view.names.titles[index]}
        elif live.state is ItemState.GONE:
            raise NotFound(view.names.unknown(item_id))
        else:
            state, row = live.state, dict(view.live_row(live).fields)
        facts = [_item_fact(fact) for fact in view.fact_finder.facts(row)]
        title = row.pop(TITLE)
        return ItemResponse(
            item=item_id,
            title=title,
            fields={name: value for name, value in row.items() if value},
            available=state is ItemState.AVAILABLE,
            facts=facts,
        )

    async def put(self, request: ItemsRequest) -> ItemsResponse:
        """Store items; once this returns they are on disk."""
        changes = [
            ItemChange(
                new.item,
                self._fields(new.item, new.title, new.fields),
                ItemState.AVAILABLE if new.available else ItemState.UNAVAILABLE,
            )
            for new in request.items
        ]
        return ItemsResponse(stored=len({new.item for new in changes}), change=await self._store.put(changes))

    async def patch(self, item_id: str, patch: ItemPatch) -> ItemsResponse:
        """Change what is named of an item; `NotFound` for one that nobody knows, or that is gone."""
        fields = self._fields(item_id, patch.title, patch.fields)
        await self._require(item_id)
        states = {True: ItemState.AVAILABLE, False: ItemState.UNAVAILABLE, None: None}
        change = ItemChange(item_id, fields, states[patch.available])
        return ItemsResponse(stored=1, change=await self._store.put([change], merge=True))

    async def remove(self, item_id: str, state: RemovedState) -> ItemRemoved:
        """Take an item off every list; `NotFound` as in `patch`."""
        await self._require(item_id)
        change = await self._store.put([ItemChange(item_id, {}, ItemState(state))], merge=True)
        return ItemRemoved(item=item_id, state=state, change=change)

    def _fields(self, item: str, title: str | None, fields: Mapping[str, ColumnValue]) -> dict[str, str]:
        """Columns as texts; `PalateError` for one that the release does not have, or for too much."""
        said = said_fields(fields if title is None else {**fields, TITLE: title})
        self._watcher.active.view.columns.check(item, said, self._settings.max_item_bytes)
        return said

    async def _require(self, item_id: str) -> None:
        live = await self._store.find(item_id)
        if live is None:
            self._watcher.active.view.item(item_id)
        elif live.state is ItemState.GONE:
            raise NotFound(f"The item {item_id!r} is gone; POST /v1/items takes it in anew")

    async def _found(self, item_id: str) -> LiveItem | None:
        if self._monitor.problem is not None:
            return None
        try:
            return await self._store.find(item_id)
        except StoreUnavailable as error:
            self._monitor.note(error)
            return None


def _item_fact(fact: FactSpan) -> ItemFact:
    return ItemFact(column=fact.column, text=fact.text, start=fact.start, end=fact.end)
