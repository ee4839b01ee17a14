"""Item tower, the item embedding: a text vector projected, plus its words' vectors, plus one of its own."""

from __future__ import annotations

import copy
from typing import Any, Self

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from palate.config import SequenceConfig
from palate.data.hashing import mixed
from palate.sequence.network.words import WordBags


class ItemTower(nn.Module):
    """Item i has the vector W t_i + b + sum_w a_iw e_w + r_i.

    t_i is its text vector, e_w the vector of a word of the text with weight a_iw, and r_i its residual. What
    a brand or a series means to people is seldom in a text vector, and a word learns it from all items that
    have it. In training a residual is left out whole with probability `residual_dropout`, so that the text
    learns to stand alone (after DropoutNet, Volkovs et al., NeurIPS 2017). An item without a training
    event has no residual at all.
    """

    text: Tensor
    warm: Tensor

    def __init__(
        self,
        text: Tensor,
        warm: Tensor,
        settings: SequenceConfig,
        words: WordBags | None = None,
        sparse_gradient: bool = False,
    ) -> None:
        """Take `text`, float32 [items, text width], `warm`, bool [items]: seen in training, and words.

        With `sparse_gradient` the residuals' gradient has the rows of a step's items alone.
        """
        super().__init__()
        self.register_buffer("text", text, persistent=False)
        self.register_buffer("warm", warm, persistent=False)
        self.projection = nn.Linear(text.shape[1], settings.width) if settings.use_text else None
        self.residual = (
            nn.Embedding(len(text), settings.width, sparse=sparse_gradient) if settings.use_ids else None
        )
        self.lexicon = _WordVectors(words, settings.width) if words is not None else None
        self.drop = settings.residual_dropout if settings.use_text else 0.0
        if self.residual is not None:
            nn.init.normal_(self.residual.weight, std=0.02)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A tower with weights of its own; texts and words, gigabytes that never change, are shared."""
        memo.update({id(buffer): buffer for buffer in self.buffers()})
        tower = type(self).__new__(type(self))
        memo[id(self)] = tower
        tower.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return tower

    def forward(self, items: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Vectors of the items, float [n, width], for int64 [n]; `generator` draws what is left out."""
        vectors = torch.zeros((), device=items.device)
        if self.projection is not None:
            vectors = vectors + self.projection(self.text[items])
        if self.lexicon is not None:
            vectors = vectors + self.lexicon(items)
        if self.residual is not None:
            vectors = vectors + self.residual(items) * self._has_residual(items, generator)[:, None]
        return vectors

    @property
    def table(self) -> Tensor:
        """All residuals, float [items, width], of a tower that has them."""
        assert self.residual is not None, "sequence.use_ids"
        return self.residual.weight

    def _has_residual(self, items: Tensor, generator: torch.Generator | None) -> Tensor:
        """Whether an item's residual counts, bool [n]: never a cold one's, and in training not always."""
        warm = self.warm[items]
        if not self.training or self.drop == 0:
            return warm
        return warm & (self._draws(items, generator) >= self.drop)

    def _draws(self, items: Tensor, generator: torch.Generator | None) -> Tensor:
        """Uniform numbers of [0, 1), float [n]; workers with other items of the same step agree on them."""
        if self.residual is not None and self.residual.sparse:
            return _hashed_draws(items, generator)
        return torch.rand(len(self.text), generator=generator).to(items.device)[items]


def _hashed_draws(items: Tensor, generator: torch.Generator | None) -> Tensor:
    """One draw and each item's index, hashed together: what other items there are takes no time."""
    draw = torch.randint(2**63 - 1, (1,), generator=generator)
    hashes = mixed(items.cpu().numpy().astype(np.uint64), draw.numpy().astype(np.uint64))
    # The leading 53 bits, as many as a float64 has.
    return torch.from_numpy((hashes >> np.uint64(11)) * 2.0**-53).to(items.device)


class _WordVectors(nn.Module):
    """The weighted sum of the vectors of an item's words."""

    words: Tensor
    weights: Tensor
    starts: Tensor

    def __init__(self, bags: WordBags, width: int) -> None:
        super().__init__()
        self.vocabulary, self.lexicon = bags.vocabulary, bags.lexicon
        for name in ("words", "weights", "starts"):
            self.register_buffer(name, getattr(bags, name), persistent=False)
        self.vectors = nn.Embedding(max(1, bags.vocabulary), width)
        nn.init.normal_(self.vectors.weight, std=0.02)

    def forward(self, items: Tensor) -> Tensor:
        """Float [n, width] for int64 [n]."""
        bags = WordBags(self.words, self.weights, self.starts, self.vocabulary)
        entries, begins = bags.entries(items)
        return F.embedding_bag(
            bags.words[entries],
            self.vectors.weight,
            begins,
            mode="sum",
            per_sample_weights=bags.weights[entries],
        )
