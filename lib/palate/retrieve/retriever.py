"""Retriever: how one is declared, as the models that it can leave and the function that fits them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import scipy.sparse as sp

from palate.config import BaselinesConfig
from palate.data.histories import Histories
from palate.retrieve.base import StoredScorer


@dataclass(frozen=True)
class TrainingData:
    """What a retriever is fitted to, and by which settings."""

    settings: BaselinesConfig
    n_items: int
    """Items of the catalogue."""
    blocks: Callable[[], Iterable[Histories]]
    """Reads the users, one block of them after the other; at least one."""
    threads: int
    seed: int

    def matrices(self) -> Iterator[sp.csr_matrix]:
        """What the users of each block took, binary matrices [users, items]."""
        return (block.train_matrix(self.n_items) for block in self.blocks())


class FittedModel(NamedTuple):
    """A model to be written under the name of its method."""

    model: StoredScorer
    arrays_of: str | None = None
    """The method whose model has the very same arrays, and so the file of them."""


class Retriever(NamedTuple):
    """A retriever, as its module declares it; `palate.config.baselines.RETRIEVERS` names the module."""

    models: tuple[type[StoredScorer], ...]
    """What a fit can leave, in the order of tables."""
    fit: Callable[[TrainingData], list[FittedModel]]
    """The models of the training events; none where the retriever is not for such a catalogue."""
