"""User embeddings: models that turn histories into vectors, a trained transformer and the moving average."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Protocol, Self

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from palate.data.histories import History
from palate.live.layered import LayeredArray
from palate.live.said import Said, average_weights
from palate.sequence.cold_tower import ColdTower
from palate.sequence.network.dislikes import InputEvents, with_dislikes
from palate.sequence.network.model import UserTower
from palate.sequence.network.time_gaps import time_gap_buckets
from palate.sequence.training.batches import pad

Vectors = NDArray[np.float32]

CPU = torch.device("cpu")
NO_INDICES = np.zeros(0, np.int32)
_HISTORIES_AT_ONCE = 64


class UserModel(Protocol):
    """Turns histories into vectors whose product with an item's vector is the item's score."""

    @property
    def item_vectors(self) -> Vectors:
        """Float32 [items, width]."""
        ...

    def user_vectors(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, width]; zeros for an empty history."""
        ...

    def scores(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, items]; seen items are not masked."""
        ...


class LiveUserModel(UserModel, Protocol):
    """A user model whose histories may hold live items."""

    @property
    def item_inputs(self) -> tuple[Vectors, ...]:
        """What each member reads of the known items, float32 [items, width]."""
        ...

    def cold_inputs(self, texts: Sequence[str], text: Vectors, known_text: Vectors) -> tuple[Vectors, ...]:
        """The same of items without events, float32 [texts, width]; as `ColdTower.vectors` takes them."""
        ...

    def over(self, indices: NDArray[np.int32], inputs: Sequence[Vectors]) -> LiveUserModel:
        """The model for histories that may hold `indices` (rising), with each member's `inputs` of them."""
        ...


class Transformer:
    """The trained sequence model, with the vectors of all items worked out."""

    def __init__(
        self,
        tower: UserTower,
        vectors: Vectors,
        max_events: int,
        device: torch.device = CPU,
        cold: ColdTower | None = None,
    ) -> None:
        """Take `vectors`, float32 [items, width], as the item tower gives them; `cold` makes live items'."""
        self.tower = tower.to(device).eval()
        self.max_events, self.device = max_events, device
        self.inputs = torch.from_numpy(vectors).to(device)
        self.cold = cold
        self._layers = LayeredArray(vectors, NO_INDICES, vectors[:0])
        self._item_vectors = F.normalize(self.inputs, dim=-1).cpu().numpy()

    @property
    def item_vectors(self) -> Vectors:
        """Unit vectors, float32 [items, width]."""
        return self._item_vectors

    @property
    def item_inputs(self) -> tuple[Vectors, ...]:
        """What the tower reads of the known items, float32 [items, width]."""
        return (self.inputs.cpu().numpy(),)

    def cold_inputs(self, texts: Sequence[str], text: Vectors, known_text: Vectors) -> tuple[Vectors, ...]:
        """The same of items without events, float32 [texts, width]; as `ColdTower.vectors` takes them."""
        cold = self.cold or ColdTower.from_state({}, (), len(self.inputs))
        return (cold.vectors(texts, text, known_text, self.inputs.cpu()),)

    def over(self, indices: NDArray[np.int32], inputs: Sequence[Vectors]) -> Self:
        """The model for histories that may hold `indices` (rising), with the `inputs` of them."""
        layered = copy(self)
        (rows,) = inputs
        layered._layers = LayeredArray(self.item_inputs[0], indices, rows)
        return layered

    def user_vectors(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, width]; zeros for an empty history."""
        users = np.zeros((len(histories), self.inputs.shape[1]), np.float32)
        for rows in _by_length(histories):
            users[rows] = self._last([histories[row] for row in rows])
        return users

    def scores(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, items]; seen items are not masked."""
        return self.user_vectors(histories) @ self.item_vectors.T

    @torch.inference_mode()
    def _last(self, histories: list[History]) -> Vectors:
        """The user vector after the last event of each."""
        # What the tower reads, each [histories, events], padded at the ends; the gap before the first event
        # that it sees is to the one before that, which it does not.
        read = [self._read(history).latest(self.max_events) for history in histories]
        items, *others = (pad(column, 0) for column in zip(*read, strict=True))
        inputs = torch.from_numpy(self._layers[items.numpy()]).to(self.device)
        vectors = self.tower(inputs, *(column.to(self.device) for column in others))
        # The last event's vector of each, [histories, width]: what follows it is padding.
        last = torch.tensor([len(events.items) - 1 for events in read])
        users: Vectors = vectors[torch.arange(len(histories)), last].cpu().numpy()
        return users

    def _read(self, history: History) -> InputEvents:
        """What the tower reads of a history; a model that knows of no dislikes is told of none."""
        disliked = None if self.tower.dislike is None else history.disliked
        feedback = self.tower.feedback_buckets.of(history)
        return with_dislikes(history.items, time_gap_buckets(history.times), feedback, disliked)


class MovingAverage:
    """U <- U + a (h - U) over the vectors h of the history, oldest first; needs no training."""

    def __init__(self, item_vectors: Vectors, rate: float) -> None:
        """Take unit vectors, float32 [items, width], and the rate a."""
        self._item_vectors, self.rate = item_vectors, rate
        self._layers = LayeredArray(item_vectors, NO_INDICES, item_vectors[:0])

    def over(self, indices: NDArray[np.int32], vectors: Vectors) -> Self:
        """The model for histories that may hold `indices` (rising), with the unit `vectors` of them."""
        layered = copy(self)
        layered._layers = LayeredArray(self._item_vectors, indices, vectors)
        return layered

    @property
    def item_vectors(self) -> Vectors:
        """Unit vectors, float32 [items, width]."""
        return self._item_vectors

    def user_vectors(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, width]; zeros for an empty history."""
        rows = [self._average(history.items) for history in histories]
        return np.stack(rows) if rows else np.zeros((0, self._item_vectors.shape[1]), np.float32)

    def scores(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, items]; seen items are not masked."""
        return self.user_vectors(histories) @ self.item_vectors.T

    def user_vector(self, history: History, said: Said) -> tuple[Vectors, Vectors]:
        """The vector of a history with texts between its events, and the texts' part of it, each [width]."""
        order = said.order(len(history.items))
        weights = average_weights(len(order), self.rate)
        is_text = order < 0
        texts: Vectors = weights[is_text] @ said.vectors
        if is_text.all():
            return texts, texts
        items: Vectors = weights[~is_text] @ self._layers[history.items]
        return items + texts, texts

    def _average(self, items: NDArray[np.int32]) -> Vectors:
        if not len(items):
            return np.zeros(self._item_vectors.shape[1], np.float32)
        average: Vectors = average_weights(len(items), self.rate) @ self._layers[items]
        return average


def _by_length(histories: Sequence[History]) -> Iterator[NDArray[np.int64]]:
    """Rows of the histories that are not empty, in batches of like length."""
    lengths = np.array([len(history.items) for history in histories], np.int64)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    return (order[start : start + _HISTORIES_AT_ONCE] for start in range(0, len(order), _HISTORIES_AT_ONCE))
