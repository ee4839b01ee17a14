"""Scorer: what every recommendation method offers, scores of all items for a batch of histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History

State = dict[str, NDArray[np.generic]]
"""A model's arrays by name."""


class Scorer(Protocol):
    """A method that scores every item of the catalogue for each history."""

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Scores, float32 of shape [histories, items]; higher is better; seen items are not masked."""
        ...


class StoredScorer(Scorer, Protocol):
    """A scorer that can be written as arrays and settings, and read back."""

    method: ClassVar[str]
    """Name of the method in tables and on disk."""
    is_personal: ClassVar[bool]
    """Whether scores depend on the history; otherwise everybody gets the same."""

    def sliced(self, items: slice) -> Scorer:
        """Scores of a slice of the catalogue, float32 [histories, slice]; histories may hold any item."""
        ...

    def state(self) -> State:
        """The arrays that `from_state` needs."""
        ...

    def settings(self) -> dict[str, float | int | str]:
        """The numbers and names that `from_state` needs."""
        ...

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        """The model again."""
        ...


@dataclass(frozen=True)
class SlicedScorer:
    """Scores of a slice of the catalogue, by a method that works out all of them."""

    scorer: Scorer
    items: slice

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Float32 [histories, slice], a view of all scores."""
        scores: NDArray[np.float32] = self.scorer.scores(histories)[:, self.items]
        return scores
