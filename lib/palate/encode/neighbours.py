"""Fine-tuning by which texts of items that follow each other in histories come to lie close."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.distributed as dist
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
        super().__init__(encoder, readings, settings, seed, device)
        self.log_popularity = log_popularity.to(device)

    def loss(self, batch: Pairs) -> Tensor:
        """The loss of the global batch, of whose gradient each worker has the part that goes through its own
        vectors: times the workers, since DDP takes the mean of the parts where their sum is wanted.
        """
        parts = [batch.take(slice(rank, None, self.world)) for rank in range(self.world)]
        mine = parts[self.rank]
        anchors, positives = self.vectors([*mine.anchors.tolist(), *mine.positives.tolist()]).chunk(2)
        order = [torch.from_numpy(part.anchors).long() for part in parts]
        order_positives = [torch.from_numpy(part.positives).long() for part in parts]
        loss = contrastive_loss(
            self._gather(anchors),
            self._gather(positives),
            torch.cat(order).to(self.device),
            torch.cat(order_positives).to(self.device),
            self.log_popularity,
            self.settings.temperature,
        )
        return loss + (self.world - 1) * (loss - loss.detach())

    def _gather(self, vectors: Tensor) -> Tensor:
        if self.world == 1:
            return vectors
        parts = [torch.empty_like(vectors) for _ in range(self.world)]
        dist.all_gather(parts, vectors.detach().contiguous())
        parts[self.rank] = vectors
        return torch.cat(parts)
