"""A person is what the encoder reads of the history's text, moved by each event since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from palate.config import TextUsersConfig
from palate.data.histories import EMPTY_HISTORY, History
from palate.live.overlay import LiveRow, LiveVectors, Overlay
from palate.online.items import ItemState
from palate.text_users.text_users import TextUsers

VECTORS = np.eye(4, dtype=np.float32)
TITLES = ["a", "b", "c", "d"]
CATALOGUE = pa.table({"item": TITLES, "title": TITLES, "text": TITLES})


class LetterReader:
    """Reads a text as the share of each item's letter in it."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def count_tokens(self, text: str) -> int:
        return 1

    def encode_histories(self, texts: Sequence[str], max_tokens: int) -> np.ndarray:
        self.read += texts
        counts = np.array([[text.count(title) for title in TITLES] for text in texts], np.float32)
        return counts / counts.sum(axis=1, keepdims=True)


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))


def method(reader: LetterReader | None = None, **settings: Any) -> TextUsers:
    config = TextUsersConfig.model_validate({"read_every": 2, "rate": 0.25} | settings)
    used = reader or LetterReader()
    return TextUsers(CATALOGUE, VECTORS, config, reader=lambda: used, cache_bytes=2**20)


def test_the_text_begins_the_vector_and_later_events_move_it_by_the_rate() -> None:
    users = method().user_vectors([history(0, 1), history(0, 1, 2)])
    assert np.allclose(users, [[0.5, 0.5, 0, 0], [0.375, 0.375, 0.25, 0]])


def test_a_single_event_is_read_as_text() -> None:
    assert method().user_vectors([history(3)]).tolist() == [[0, 0, 0, 1]]


def test_nobody_without_a_history_has_a_vector() -> None:
    reader = LetterReader()
    assert not method(reader).user_vectors([EMPTY_HISTORY]).any()
    assert reader.read == []


def test_scores_are_products_with_the_texts_of_items() -> None:
    assert np.allclose(method().scores([history(0, 1, 2)]), [[0.375, 0.375, 0.25, 0]])


def test_the_text_is_read_once_for_the_events_until_it_is_read_anew() -> None:
    reader = LetterReader()
    users = method(reader, read_every=3)
    for end in range(3, 8):
        users.user_vectors([history(*(0, 1, 2, 3, 0, 1, 2)[:end])])
    assert reader.read == ["c, b, a", "b, a, d, c, b, a"]


@given(
    items=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    read_every=st.integers(1, 5),
    rate=st.floats(0.01, 1),
)
def test_a_restart_finds_the_vector_that_events_one_by_one_led_to(
    items: list[int], read_every: int, rate: float
) -> None:
    live, settings = None, {"read_every": read_every, "rate": rate}
    reading = method(**settings)
    for count in range(1, len(items) + 1):
        if live is None or count % read_every == 0:
            live = reading.user_vectors([history(*items[:count])])[0]
        else:
            live = live + np.float32(rate) * (VECTORS[items[count - 1]] - live)
    after_restart = method(**settings).user_vectors([history(*items)])[0]
    assert np.allclose(after_restart, live, atol=1e-6)


def test_live_items_are_read_and_move_the_vector_by_their_own_text() -> None:
    released = method()
    rows = [LiveRow(4, "e", {"title": "dd"}, ItemState.AVAILABLE)]
    new = np.array([[0, 0, 0.6, 0.8]], np.float32)
    live = released.over(Overlay.of(1, rows, LiveVectors(new, ())))
    users = live.user_vectors([history(0, 4), history(0, 1, 4)])
    assert np.allclose(users[0], [1 / 3, 0, 0, 2 / 3])
    assert np.allclose(users[1], [0.375, 0.375, 0.15, 0.2])
    assert np.allclose(released.user_vectors([history(0, 1)]), [[0.5, 0.5, 0, 0]])
