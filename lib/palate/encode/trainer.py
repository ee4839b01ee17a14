"""One optimiser step of the encoder's fine-tuning, the same with one worker or many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from palate.config import EncoderConfig
from palate.encode.encoder import Encoder
from palate.encode.lora import add_adapters, merge_adapters
from palate.encode.loss import contrastive_loss
from palate.encode.pairs import Pairs
from palate.training import autocast, load_training_state, place, save_training_state


class EncoderTrainer:
    """Holds the model and the optimiser of one worker.

    Dropout stays off: the training is short, and so every number of workers and every resumption
    gives the same gradients.
    """

    def __init__(
        self,
        encoder: Encoder,
        readings: Sequence[Sequence[str]],
        log_popularity: Tensor,
        settings: EncoderConfig,
        seed: int,
        device: torch.device,
    ) -> None:
        """Take `log_popularity`, float32 [items], of a catalogue, and its texts in one reading or several."""
        torch.manual_seed(seed)  # adapters begin at random
        self.encoder, self.readings, self.settings, self.device = encoder, readings, settings, device
        self.seed = seed
        self.log_popularity = log_popularity.to(device)
        if settings.method == "lora":
            add_adapters(encoder.model, settings.lora_rank)
        self.model = encoder.model.to(device).eval()
        self.rank, self.world = place()
        self._forward: nn.Module = _TextVectors(self.model)
        if self.world > 1:
            # BERT brings a pooler that mean pooling leaves unused; DDP must be told that it may wait in vain.
            self._forward = DistributedDataParallel(self._forward, find_unused_parameters=True)
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        self.optimiser = torch.optim.AdamW(trained, lr=settings.learning_rate)
        self.steps_done = 0

    def step(self, batch: Pairs) -> float:
        """Learn from a global batch of pairs, of which this worker encodes its share; the batch's loss."""
        self._set_learning_rate()
        loss = self.loss(batch)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.steps_done += 1
        return loss.item() / self.world

    def loss(self, batch: Pairs) -> Tensor:
        """The loss of the global batch, times the workers: of the gradient each has the part that goes
        through its own vectors, and DDP takes the mean of the parts where their sum is wanted.
        """
        parts = [batch.take(slice(rank, None, self.world)) for rank in range(self.world)]
        anchors, positives = self._vectors(parts[self.rank]).chunk(2)
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
        return loss * self.world

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""
        save_training_state(folder, self.model, self.optimiser, {"steps_done": self.steps_done})

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""
        progress: dict[str, Any] = load_training_state(folder, self.model, self.optimiser)
        self.steps_done = int(progress["steps_done"])

    def export(self, folder: Path) -> None:
        """Write the encoder in the sentence-transformers layout, adapters merged into the weights."""
        merge_adapters(self.model)
        self.model.save_pretrained(str(folder), create_model_card=False)

    def _vectors(self, pairs: Pairs) -> Tensor:
        items = [*pairs.anchors.tolist(), *pairs.positives.tolist()]
        features = self.model.preprocess(
            [drawn_text(self.readings, item, self.seed, self.steps_done) for item in items]
        )
        on_device = {
            name: value.to(self.device) for name, value in features.items() if torch.is_tensor(value)
        }
        with autocast(self.device, self.settings.precision):
            vectors = self._forward(on_device)
        return nn.functional.normalize(vectors.float(), dim=-1)

    def _gather(self, vectors: Tensor) -> Tensor:
        if self.world == 1:
            return vectors
        parts = [torch.empty_like(vectors) for _ in range(self.world)]
        dist.all_gather(parts, vectors.detach().contiguous())
        parts[self.rank] = vectors
        return torch.cat(parts)

    def _set_learning_rate(self) -> None:
        total, warm_up = self.settings.steps, max(1, self.settings.steps // 10)
        rise = (self.steps_done + 1) / warm_up
        fall = (total - self.steps_done) / max(1, total - warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * max(0.0, min(1.0, rise, fall))


def drawn_text(readings: Sequence[Sequence[str]], item: int, seed: int, step: int) -> str:
    """The item in one of its readings: the same for all workers, and when a training goes on."""
    return readings[hash((seed, step, item)) % len(readings)][item]


class _TextVectors(nn.Module):
    """The encoder as a module from token tensors to vectors, which is what DDP can wrap."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: dict[str, Tensor]) -> Tensor:
        vectors: Tensor = self.model(features)["sentence_embedding"]
        return vectors
