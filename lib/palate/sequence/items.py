"""The item tower: a text vector projected, plus a vector of the item's own."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from palate.config import SequenceConfig


class ItemTower(nn.Module):
    """Item i has the vector W t_i + b + r_i, where t_i is its text vector and r_i its residual.

    In training a residual is left out whole with probability `residual_dropout`, so that the projection
    learns to stand alone (after DropoutNet, Volkovs et al., NeurIPS 2017). An item without a training
    event has no residual at all.
    """

    text: Tensor
    known: Tensor

    def __init__(self, text: Tensor, known: Tensor, settings: SequenceConfig) -> None:
        """Take `text`, float32 [items, text width], and `known`, bool [items]: seen in training."""
        super().__init__()
        self.register_buffer("text", text, persistent=False)
        self.register_buffer("known", known, persistent=False)
        self.projection = nn.Linear(text.shape[1], settings.width) if settings.use_text else None
        self.residual = nn.Embedding(len(text), settings.width) if settings.use_ids else None
        self.drop = settings.residual_dropout if settings.use_text else 0.0
        if self.residual is not None:
            nn.init.normal_(self.residual.weight, std=0.02)

    def forward(self, items: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Vectors of the items, float [n, width], for int64 [n]; `generator` draws what is left out."""
        vectors = torch.zeros((), device=items.device)
        if self.projection is not None:
            vectors = vectors + self.projection(self.text[items])
        if self.residual is not None:
            vectors = vectors + self.residual(items) * self._kept(items, generator)[:, None]
        return vectors

    def _kept(self, items: Tensor, generator: torch.Generator | None) -> Tensor:
        known = self.known[items]
        if not self.training or self.drop == 0:
            return known
        # Drawn for all items, so that workers with other items of the same step leave out the same ones.
        drawn = torch.rand(len(self.text), generator=generator).to(items.device)
        return known & (drawn[items] >= self.drop)
