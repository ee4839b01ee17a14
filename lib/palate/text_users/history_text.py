"""History text (verbalised history): what somebody did, as text within a budget of tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Self

import pyarrow as pa

from palate.config.text_users import HistoryTextConfig
from palate.data.histories import History
from palate.data.text import parse_template
from palate.live.overlay import Overlay
from palate.schema import ITEM, TEXT

CountTokens = Callable[[str], int]
_NAMES_KEPT = 65_536
"""Items whose texts are remembered, with their length."""
SETTING = "users_as_text.history.event"


class HistoryWriter:
    """Writes histories; the text of an event is that of its item, by a template."""

    def __init__(
        self,
        catalogue: pa.Table,
        settings: HistoryTextConfig,
        count_tokens: CountTokens,
        setting: str = SETTING,
    ) -> None:
        """Take what counts the tokens of a text, its special ones left out, and the setting's name.

        `PalateError` for a template that the catalogue cannot fill.
        """
        fields = [name for name in catalogue.column_names if name not in (ITEM, TEXT)]
        self._settings, self._template = settings, parse_template(settings.event, fields, setting)
        self._columns = catalogue.select(sorted({slot.field for slot in self._template.slots}))
        self._live: Mapping[int, str] = {}
        self._released_text = lru_cache(_NAMES_KEPT)(self._text_of_row)
        self._length = lru_cache(_NAMES_KEPT)(count_tokens)

    def over(self, overlay: Overlay) -> Self:
        """The writer for histories that may hold live items."""
        layered = copy(self)
        layered._live = {row.item_index: self._template.fill(row.fields) for row in overlay.rows}
        return layered

    def item_text(self, item: int) -> str:
        """What is written of an item."""
        return self._live[item] if item in self._live else self._released_text(item)

    def __call__(self, history: History) -> str:
        """The text; its newest events alone where not all have room, and one in any case."""
        settings = self._settings
        texts = self._newest_that_fit(history.items.tolist())
        ordered = texts if settings.order == "newest-first" else texts[::-1]
        return settings.opening + settings.separator.join(ordered)

    def _newest_that_fit(self, items: Sequence[int]) -> list[str]:
        """Texts of the newest events, newest first; what has no text is left out."""
        between = self._length(self._settings.separator)
        left = self._settings.max_tokens - self._length(self._settings.opening)
        texts: list[str] = []
        for text in filter(None, map(self.item_text, reversed(items))):
            left -= self._length(text) + between
            # The last event needs no separator behind it.
            if texts and left + between < 0:
                break
            texts.append(text)
        return texts

    def _text_of_row(self, item: int) -> str:
        (row,) = self._columns.slice(item, 1).to_pylist() or [{}]
        return self._template.fill(row)
