"""The split that every method is given: who met what, in which order, and in which part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Events:
    """Events of some users in the order of (user, position)."""

    user: NDArray[np.int32]
    item: NDArray[np.int32]
    position: NDArray[np.int32]
    shape: tuple[int, int]
    """Users and items in the whole split."""

    @cached_property
    def matrix(self) -> csr_matrix:
        """Ones where a user met an item: users x items."""
        met = csr_matrix((np.ones(len(self.user), np.float32), (self.user, self.item)), shape=self.shape)
        met.data[:] = 1.0
        return met

    @cached_property
    def popular(self) -> NDArray[np.intp]:
        """Items, those that most users met first."""
        return np.argsort(-np.bincount(self.item, minlength=self.shape[1]), kind="stable")

    def of(self, users: NDArray[np.int32]) -> Events:
        """The events of these users."""
        return self.where(np.isin(self.user, users))

    def where(self, chosen: NDArray[np.bool_]) -> Events:
        """The chosen events."""
        return Events(self.user[chosen], self.item[chosen], self.position[chosen], self.shape)


@dataclass(frozen=True)
class Question:
    """Users whose next item is asked for, what is known of them, and the answers."""

    users: NDArray[np.int32]
    history: Events
    answers: NDArray[np.int32]


@dataclass(frozen=True)
class Split:
    """Events with the part that each belongs to."""

    events: Events
    part: NDArray[np.str_]

    @cached_property
    def train(self) -> Events:
        """What a peer may learn from."""
        return self.events.where(self.part == "train")

    @cached_property
    def validation(self) -> Question:
        """What chooses the epoch and the hyperparameters: histories of train events alone."""
        return self._question("validation", ["train"])

    @cached_property
    def test(self) -> Question:
        """What is written down. The answers are there for the harness; no peer reads them."""
        return self._question("test", ["train", "validation"])

    def _question(self, part: str, known: list[str]) -> Question:
        asked = self.events.where(self.part == part)
        history = self.events.where(np.isin(self.part, known)).of(asked.user)
        return Question(asked.user, history, asked.item)


def read_split(folder: Path) -> Split:
    """The split of a folder that the harness wrote; refuses one that breaks its own rules."""
    sizes = json.loads((folder / "split.json").read_text())
    table = pq.read_table(folder / "split.parquet")
    user, item, position = (table[name].to_numpy().astype(np.int32) for name in ("user", "item", "position"))
    part = np.array(table["part"].to_pylist())
    if not set(part) <= set(PARTS):
        raise ValueError(f"unknown parts in {folder}: {sorted(set(part) - set(PARTS))}")
    if (np.lexsort((position, user)) != np.arange(len(user))).any():
        raise ValueError(f"the events in {folder} are not in the order of user and position")
    for name in ("validation", "test"):
        if len(set(user[part == name])) != (part == name).sum():
            raise ValueError(f"a user of {folder} has several {name} events")
    return Split(Events(user, item, position, (sizes["users"], sizes["items"])), part)
