"""User embeddings from text: a history is read by the text encoder, then moved by each event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config.text_users import TextUsersConfig
from palate.data.histories import History
from palate.live.layered import LayeredArray
from palate.live.overlay import NO_OVERLAY, Overlay
from palate.steering.meaning.request_cache import RequestCache
from palate.text_users.history_text import HistoryWriter

Vectors = NDArray[np.float32]


class HistoryReader(Protocol):
    """Reads texts of histories, as `palate.encode.TextEncoder` does."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, without those that are put around every text."""
        ...

    def encode_histories(self, texts: Sequence[str], max_tokens: int) -> Vectors:
        """Unit vectors of texts of at most so many tokens, float32 [texts, text width]."""
        ...


class TextUsers:
    """U_0 = what the encoder reads of the history's text; U <- U + a (h - U) with each event since.

    Both are worked out from the history alone: of n events the last n mod `read_every` came after the text
    was read. So a vector is the same whether its events came one by one or are found after a restart.
    """

    def __init__(
        self,
        catalogue: pa.Table,
        item_vectors: Vectors,
        settings: TextUsersConfig,
        *,
        reader: Callable[[], HistoryReader],
        cache_bytes: int,
    ) -> None:
        """Take unit text vectors, float32 [items, width], what gives the reader once it is needed, and the
        room for vectors of texts that were read.
        """
        self._catalogue, self._item_vectors = catalogue, item_vectors
        self._settings, self._reader = settings, reader
        self._read_before, self._overlay = RequestCache(cache_bytes), NO_OVERLAY
        self._released = self

    def over(self, overlay: Overlay) -> Self:
        """The method for histories that may hold live items."""
        layered = copy(self)
        layered._overlay = overlay
        layered.__dict__.pop("_writer", None)
        return layered

    def user_vectors(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, text width]; zeros for an empty history."""
        users = np.zeros((len(histories), self._item_vectors.shape[1]), np.float32)
        rows = [row for row, history in enumerate(histories) if len(history.items)]
        if rows:
            taken = [histories[row] for row in rows]
            texts = [self._writer(history.only(slice(self._read_events(history)))) for history in taken]
            read = self._read_before.vectors(texts, self._vectors)
            users[rows] = [self._moved(*pair) for pair in zip(read, taken, strict=True)]
        return users

    def scores(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, items]; seen items are not masked."""
        return self.user_vectors(histories) @ self._item_vectors.T

    def _read_events(self, history: History) -> int:
        """How many of the first events are read as text, at least one."""
        events = len(history.items)
        return max(1, events - events % self._settings.read_every)

    def _moved(self, user: Vectors, history: History) -> Vectors:
        """The vector after the events that came since the text was read, [width]."""
        for vector in self._layers[history.items[self._read_events(history) :]]:
            user = user + np.float32(self._settings.rate) * (vector - user)
        return user

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        return self._reader().encode_histories(texts, self._settings.history.max_tokens)

    @cached_property
    def _writer(self) -> HistoryWriter:
        if self is not self._released:  # what was counted and filled in is shared by all overlays
            return self._released._writer.over(self._overlay)
        return HistoryWriter(self._catalogue, self._settings.history, self._reader().count_tokens)

    @property
    def _layers(self) -> LayeredArray:
        overlay = self._overlay
        rows = overlay.vectors.text if len(overlay) else self._item_vectors[:0]
        return LayeredArray(self._item_vectors, overlay.indices, rows)
