"""Second look: the first candidates change places by what a language model makes of them, if in time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.live.overlay import Overlay
from palate.rank.language.evidence import ItemLikelihoods

Scores = NDArray[np.float32]


class SecondLook:
    """score = log s + w (log P(item | history) - log P(item)), among the first candidates by s alone.

    They exchange their scores s, so that all others stay where they are. What is not there by the deadline
    leaves the scores as they were; the model goes on with it, and what comes after waits for that.
    """

    def __init__(self, likelihoods: ItemLikelihoods, *, items: int, weight: float) -> None:
        """Take how many are looked at, and the weight w."""
        self._likelihoods = likelihoods
        self._items, self._weight = items, weight
        # One thread: a model works out one list at a time, on every core that it has.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="second-look")

    def over(self, overlay: Overlay) -> Self:
        """The same for histories and candidates that may be live items."""
        layered = copy(self)
        layered._likelihoods = copy(self._likelihoods)
        layered._likelihoods.writer = self._likelihoods.writer.over(overlay)
        return layered

    def __call__(
        self, history: History, items: NDArray[np.int32], scores: Scores, deadline: float | None = None
    ) -> Scores:
        """Scores of the candidates `items`, positive float32 [n], exchanged among the first.

        `deadline` is a moment of `time.monotonic`; None waits as long as it takes.
        """
        first = np.lexsort((items, -scores))[: self._items]
        if len(first) < 2 or not len(history.items):
            return scores
        asked = self._worker.submit(self._likelihoods, history, items[first].tolist())
        try:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            gain = asked.result(left).gain
        except TimeoutError:
            asked.cancel()
            return scores
        return exchanged(scores, first, np.log(scores[first]) + self._weight * gain)


def exchanged(scores: Scores, first: NDArray[np.int64], order_by: NDArray[np.floating]) -> Scores:
    """Scores in which the rows `first`, by falling score, have each other's: the highest for the row that
    `order_by` [first] puts highest.
    """
    moved = scores.copy()
    moved[first[np.argsort(-order_by, kind="stable")]] = scores[first]
    return moved
