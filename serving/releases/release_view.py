"""Release view: what a gateway knows of one release, its names, texts and users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from itertools import chain

import numpy as np
import pyarrow as pa

from palate.conversation import TurnReader
from palate.data.anonymise import id_key
from palate.data.histories import History
from palate.errors import NotFound
from palate.explain import EventReading
from palate.explain.evidence.described import fact_finder
from palate.live.columns import Columns
from palate.live.layered import LayeredSequence
from palate.live.overlay import NO_OVERLAY, LiveRow, Overlay
from palate.mapped.columns import RowFields
from palate.online.items import ItemState, LiveItem
from palate.profile import CategoryNames
from palate.rank.filters import item_categories
from palate.recommender.artefacts import Artefacts
from palate.recommender.lookup.catalogue import Catalogue
from palate.recommender.steering import request_reader
from palate.recommender.users import KnownUsers
from palate.schema import ITEM, TEXT, TITLE
from palate.steering import Steering
from serving.releases.category_names import KnownCategories
from serving.releases.live_names import LiveNames


class ReleaseView:
    """Catalogue and users of a release, by the names that people use."""

    def __init__(self, artefacts: Artefacts) -> None:
        """Read a release, without live items."""
        if artefacts.anonymised:
            id_key()  # that it is missing is told when the release is loaded, not to every client
        table = artefacts.catalogue
        self.method = artefacts.method
        self.catalogue = artefacts.lookup
        self.names: Catalogue | LiveNames = self.catalogue
        """Ids and titles as they are now."""
        self._states: dict[int, ItemState] = {}
        self.users = KnownUsers(artefacts)
        self.negative, self.repeats = artefacts.negative, artefacts.repeats
        self.reading = EventReading.of(artefacts.explain, artefacts.negative)
        self._released_fields: Sequence[dict[str, str]] = RowFields(table.drop_columns([ITEM, TITLE, TEXT]))
        self.fields = self._released_fields
        self.encoder_id = artefacts.encoder_id
        self.overlay, self.gateway = NO_OVERLAY, ""
        self.columns = Columns(table.column_names, artefacts.text_template)
        self._texts: pa.ChunkedArray = table[TEXT]
        self._rerank_columns = columns = artefacts.rerank.columns
        self._category = columns.category or ""
        self._separator = columns.category_separator
        self.fact_finder = fact_finder(table, columns, artefacts.explain)
        self.requests = request_reader(artefacts)
        self.turns = TurnReader(self.requests)
        self.categories = CategoryNames.of(table, columns)
        self._released_categories = KnownCategories(chain.from_iterable(item_categories(table, columns)))
        self.category_names = self._released_categories

    def over(self, overlay: Overlay, gateway: str) -> ReleaseView:
        """The release with these live items on top, and no others, as one gateway has read them."""
        layered = copy(self)
        layered.overlay, layered.gateway = overlay, gateway
        layered.names = LiveNames(self.catalogue, overlay)
        live = item_categories(overlay.table, self._rerank_columns)
        layered.category_names = self._released_categories.with_names(chain.from_iterable(live))
        shown = [_filled({**row.fields, TITLE: ""}) for row in overlay.rows]
        indices = overlay.indices.tolist()
        layered.fields = LayeredSequence(self._released_fields, dict(zip(indices, shown, strict=True)))
        layered._states = {row.item_index: row.state for row in overlay.rows}
        return layered

    def live_row(self, live: LiveItem) -> LiveRow:
        """An item of the store as a row of this release."""
        known = self.catalogue.find(live.item)
        released = {} if known is None else self.released_row(known)
        row = self.columns.row(live.item, released, live.fields)
        text = self.columns.text(live.item, row)
        if known is None:
            return LiveRow(len(self.catalogue) + live.slot, live.item, row, live.state, text=text)
        own = self._texts[known].as_py() == text or (self.columns.has_raw_text and TEXT not in live.fields)
        return LiveRow(known, live.item, row, live.state, text=None if own else text)

    def released_row(self, index: int) -> dict[str, str]:
        """The columns that the release itself has of an item."""
        return {**self._released_fields[index], TITLE: self.catalogue.titles[index]}

    def state(self, index: int) -> ItemState:
        """Whether an item may be on a list."""
        return self._states.get(index, ItemState.AVAILABLE)

    def is_live(self, index: int) -> bool:
        """Whether anything was said of an item since the release."""
        return index in self._states

    def item(self, name: str) -> int:
        """Index of the item with this id; `NotFound` if there is none."""
        index = self.names.find(name)
        if index is None or self.state(index) is ItemState.GONE:
            raise NotFound(self.names.unknown(name))
        return index

    def known_items(self, names: Sequence[str]) -> np.ndarray:
        """Indices of those items that the catalogue has, int32 [known names]."""
        indices = map(self.names.find, names)
        return np.array([index for index in indices if index is not None], np.int32)

    def unknown_items(self, names: Sequence[str]) -> list[str]:
        """Those ids that the catalogue lacks, each once."""
        return [name for name in dict.fromkeys(names) if self.names.find(name) is None]

    def understood(self, text: str, struck: Sequence[str]) -> Steering:
        """What a request in words asks for, less the constraints that were struck."""
        return self.requests.read(text).without(frozenset(struck))

    def taste(self, history: History) -> list[tuple[str, float]]:
        """Categories of the history by their share of its events, the greatest first."""
        categories = map(self._categories, history.items.tolist())
        counts = Counter(chain.from_iterable(categories))
        events = max(1, len(history.items))
        return [(name, count / events) for name, count in counts.most_common()]

    def _categories(self, item: int) -> list[str]:
        names = self.fields[item].get(self._category, "").split(self._separator)
        return [name.strip() for name in names if name.strip()]


def _filled(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}
