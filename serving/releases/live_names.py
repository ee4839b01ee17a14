"""Live names: ids and titles of a release's items as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from palate.live.layered import LayeredSequence
from palate.live.overlay import Overlay
from palate.recommender.lookup.catalogue import Catalogue
from palate.schema import TITLE


class LiveNames:
    """Ids and titles by catalogue index, and the index of an id; of an overlay as of a release."""

    def __init__(self, released: Catalogue, overlay: Overlay) -> None:
        self._released = released
        self._new = {row.item: row.item_index for row in overlay.rows if row.item_index >= len(released)}
        titles = {row.item_index: row.fields[TITLE] for row in overlay.rows}
        items = {index: item for item, index in self._new.items()}
        self.items: Sequence[str] = LayeredSequence(released.items, items)
        self.titles: Sequence[str] = LayeredSequence(released.titles, titles)

    def find(self, item: str) -> int | None:
        """Index of the item with exactly this id, or None."""
        index = self._released.find(item)
        return self._new.get(item) if index is None else index

    def unknown(self, name: str) -> str:
        """What to tell somebody who asks for an item that is not there, with the nearest of the release."""
        return self._released.unknown(name)
