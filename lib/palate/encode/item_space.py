"""Distillation: a text comes to foretell the vector that behaviour gave its item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from palate.config import EncoderConfig
from palate.encode.encoder import TextEncoder
from palate.encode.trainer import EncoderTrainer

MOST = 32_768
"""Known items that a text is compared with; of more, so many are drawn."""

RIDGE = 3.0
"""L2 regularisation of the map that the head begins with."""

_SAMPLE = 4096
"""Known items from which that map is learned."""

Items = NDArray[np.int32]
"""Catalogue indices, [items]."""


class ItemSpace(NamedTuple):
    """What a model of behaviour knows of items."""

    vectors: Tensor
    """Unit vectors, float32 [items, width]."""
    known: Tensor
    """The items that it has learned of, int64 [known]."""
    scale: float
    """What its cosines are multiplied by to be logits."""


class ItemSpaceTrainer(EncoderTrainer[Items]):
    """Learns which other items a teacher finds near an item, from the item's text.

    The head gives h_i = W t_i + b, scaled to unit length, of a text vector t_i. With the teacher's unit
    vectors v and scale s, the loss of item i is KL(softmax_j(s v_i v_j) || softmax_j(s h_i v_j)) over the
    known items j. To foretell from content what behaviour says of an item is after van den Oord et al., "Deep
    content-based music recommendation" (NIPS 2013), and to learn another model's softmax after Hinton et al.,
    "Distilling the knowledge in a neural network" (2015). The head is left behind with the training.
    """

    def __init__(
        self,
        encoder: TextEncoder,
        readings: Sequence[Sequence[str]],
        teacher: ItemSpace,
        settings: EncoderConfig,
        seed: int,
        device: torch.device,
    ) -> None:
        """Take a catalogue's texts in one reading or several, and a teacher that knows some of it."""
        drawn = np.random.default_rng(seed).permutation(teacher.known.numpy())
        head = _head(encoder, readings[0], teacher.vectors, drawn[:_SAMPLE])
        super().__init__(
            encoder=encoder, readings=readings, settings=settings, seed=seed, device=device, head=head
        )
        self.space = teacher.vectors.to(device)
        self.candidates = self.space[torch.from_numpy(drawn[:MOST]).to(device)]
        self.scale = teacher.scale

    def loss(self, batch: Items) -> Tensor:
        """The mean over this worker's share of the global batch; shares are of one size."""
        mine = batch[self.rank :: self.world]
        found = self.scale * self.vectors(mine.tolist()) @ self.candidates.T
        own = self.space[torch.from_numpy(mine).long().to(self.device)]
        wanted = torch.softmax(self.scale * own @ self.candidates.T, dim=-1)
        return F.kl_div(torch.log_softmax(found, dim=-1), wanted, reduction="batchmean")


def item_batches(known: NDArray[np.int64], size: int, first: int, end: int, seed: int) -> Iterator[Items]:
    """The batches of steps `first` to `end`: all known items in an order by chance, and then in another."""
    if not len(known):
        return
    turn, place = divmod(first * size, len(known))
    orders = (np.random.default_rng((seed, number)).permutation(known) for number in count(turn))
    items = islice(chain.from_iterable(orders), place, None)
    for _ in range(first, end):
        yield np.fromiter(items, np.int32, size)


def _head(encoder: TextEncoder, texts: Sequence[str], vectors: Tensor, items: NDArray[np.int64]) -> nn.Linear:
    """The ridge regression of `vectors` on the text vectors of some items, as the layer to begin with."""
    text = encoder.encode([texts[item] for item in items]).astype(np.float64)
    inputs = np.column_stack([text, np.ones(len(text))])
    targets = vectors[torch.from_numpy(items)].numpy()
    gram = inputs.T @ inputs + RIDGE * np.eye(inputs.shape[1])
    weights = torch.from_numpy(np.linalg.solve(gram, inputs.T @ targets)).float()
    head = nn.Linear(text.shape[1], targets.shape[1])
    head.weight.data.copy_(weights[:-1].T)
    head.bias.data.copy_(weights[-1])
    return head
