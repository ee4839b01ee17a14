"""Pointwise language-model scores: how much likelier a history makes the text of an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import EMPTY_HISTORY, History
from palate.text_users.history_text import HistoryWriter

Values = NDArray[np.float64]


class Likelihood(Protocol):
    """Foretells texts, as `palate.language.likelihood.ContinuationLikelihood` does."""

    def __call__(self, prefix: str, continuations: Sequence[str]) -> Values:
        """Log P of each continuation, float64 [continuations]."""
        ...


class Likelihoods(NamedTuple):
    """Logarithms of what a language model expects of some items, [items] each."""

    given_history: Values
    alone: Values
    """Without a history: what is a likely text for anybody."""

    @property
    def gain(self) -> Values:
        """Pointwise mutual information of history and item; a long title is no handicap."""
        return self.given_history - self.alone


class ItemLikelihoods:
    """Likelihoods of items after histories; those without a history are worked out once an item."""

    def __init__(self, writer: HistoryWriter, likelihood: Likelihood, separator: str) -> None:
        self.writer, self.likelihood = writer, likelihood
        self._separator = separator
        self._alone: dict[str, float] = {}

    def __call__(self, history: History, items: Sequence[int]) -> Likelihoods:
        """Of some items, [items]."""
        texts = [self._separator + self.writer.item_text(item) for item in items]
        missing = [text for text in dict.fromkeys(texts) if text not in self._alone]
        if missing:
            alone = self.likelihood(self.writer(EMPTY_HISTORY), missing)
            self._alone |= zip(missing, alone.tolist(), strict=True)
        given = self.likelihood(self.writer(history), texts)
        return Likelihoods(given, np.array([self._alone[text] for text in texts]))
