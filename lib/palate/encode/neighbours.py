"""Contrastive learning: texts of items that follow each other in histories come to lie close."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor

from palate.config import EncoderConfig
from palate.encode.encoder import TextEncoder
from palate.encode.loss import contrastive_loss
from palate.encode.pairs import Pairs
from palate.encode.trainer import EncoderTrainer


class NeighbourTrainer(EncoderTrainer[Pairs]):
    """Learns from pairs of neighbouring items, each the others' negative."""

    def __init__(
        self,
        encoder: TextEncoder,
        readings: Sequence[Sequence[str]],
        log_popularity: Tensor,
        settings: EncoderConfig,
        seed: int,
        device: torch.device,
    ) -> None:
        """Take `log_popularity`, float32 [items], of a catalogue, and its texts in one reading or several."""
        super().__init__(encoder=encoder, readings=readings, settings=settings, seed=seed, device=device)
        self.log_popularity = log_popularity.to(device)

    def loss(self, batch: Pairs) -> Tensor:
        """The loss of the global batch, of whose gradient each worker has the part that goes through its own
        vectors: times the workers, since DDP takes the mean of the parts where their sum is wanted.
        """
        pairs = len(batch.anchors)
        both = np.concatenate([batch.anchors, batch.positives])
        # A popular item is in several pairs, and encoded once: `items`, and the rows [2 pairs] among them.
        items, rows = np.unique(both, return_inverse=True)
        anchors, positives = self._gathered_vectors(items)[self._to_device(rows)].split(pairs)
        loss = contrastive_loss(
            anchors,
            positives,
            anchor_items=self._to_device(batch.anchors),
            positive_items=self._to_device(batch.positives),
            log_popularity=self.log_popularity,
            temperature=self.settings.temperature,
        )
        return loss + (self.world - 1) * (loss - loss.detach())

    def _gathered_vectors(self, items: NDArray[np.int32]) -> Tensor:
        """Unit vectors, float [at least items, width]; with a gradient where this worker encoded the text."""
        share = -(-len(items) // self.world)
        # Workers have shares of one size [world, share]: where items do not divide, the first come once more.
        shares = np.resize(items, (self.world, share))
        vectors = self.vectors(shares[self.rank].tolist())
        if self.world == 1:
            return vectors
        parts = [torch.empty_like(vectors) for _ in range(self.world)]
        dist.all_gather(parts, vectors.detach().contiguous())
        parts[self.rank] = vectors
        return torch.cat(parts)

    def _to_device(self, indices: NDArray[np.integer]) -> Tensor:
        return torch.from_numpy(indices).long().to(self.device)
