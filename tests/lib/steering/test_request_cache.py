"""Vectors of requests are made once, as long as there is room for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.steering.meaning.request_cache import RequestCache


class Encoder:
    """Gives the length of each text, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return np.array([[len(text)] * 4 for text in texts], np.float32).reshape(-1, 4)


def test_a_text_is_encoded_once_and_stands_where_it_was_asked_for() -> None:
    cache, encoder = RequestCache(1 << 20), Encoder()
    assert cache.vectors(["a", "bbb", "a"], encoder)[:, 0].tolist() == [1, 3, 1]
    assert cache.vectors(["bbb", "cc"], encoder)[:, 0].tolist() == [3, 2]
    assert encoder.asked == [["a", "bbb"], ["cc"]]


def test_without_room_everything_is_encoded_again() -> None:
    cache, encoder = RequestCache(0), Encoder()
    for _ in range(2):
        assert cache.vectors(["a"], encoder).shape == (1, 4)
    assert encoder.asked == [["a"], ["a"]]


def test_what_was_not_asked_for_the_longest_time_makes_room() -> None:
    cache, encoder = RequestCache(10 * 450), Encoder()
    for number in range(40):
        cache.vectors([str(number)], encoder)
    cache.vectors(["39"], encoder)
    cache.vectors(["0"], encoder)
    assert encoder.asked[40:] == [["0"]]


def test_no_texts_give_no_vectors() -> None:
    assert RequestCache(1 << 20).vectors([], Encoder()).shape == (0, 4)
