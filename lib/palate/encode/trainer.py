"""Fine-tuning of the text encoder: one optimiser step, the same with one worker or many."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.parallel import DistributedDataParallel

from palate.config import EncoderConfig
from palate.encode.encoder import TextEncoder
from palate.encode.lora import add_adapters, merge_adapters
from palate.encode.padding import Features, split_by_length
from palate.training import (
    Precision,
    autocast,
    clip_gradients,
    load_training_state,
    rank_and_world_size,
    save_training_state,
)

Batch = TypeVar("Batch")


class EncoderTrainer(ABC, Generic[Batch]):
    """Holds the model and the optimiser of one worker; `loss` is what a subclass wants learned.

    Dropout stays off: the training is short, and so every number of workers and every resumption
    gives the same gradients.
    """

    def __init__(
        self,
        encoder: TextEncoder,
        readings: Sequence[Sequence[str]],
        settings: EncoderConfig,
        seed: int,
        device: torch.device,
        head: nn.Linear | None = None,
    ) -> None:
        """Take a catalogue's texts in one reading or several, and what stands on the encoder in training."""
        torch.manual_seed(seed)  # adapters begin at random
        self.encoder, self.readings = encoder, readings
        self.settings, self.device = settings, device
        self.seed = seed
        if settings.method == "lora":
            add_adapters(encoder.model, settings.lora_rank)
        self.model = encoder.model.eval()
        self.learner = _Learner(self.model, head, settings.precision).to(device)
        self.rank, self.world = rank_and_world_size()
        self._forward: nn.Module = self.learner
        if self.world > 1:
            # BERT brings a pooler that mean pooling leaves unused; DDP must be told that it may wait in vain.
            self._forward = DistributedDataParallel(self._forward, find_unused_parameters=True)
        # Fused: one pass over the weights where the usual one takes a dozen.
        self.optimiser = torch.optim.AdamW(_groups(self.model, head, settings.learning_rate), fused=True)
        self._peaks = [group["lr"] for group in self.optimiser.param_groups]
        self.steps_done = 0

    @abstractmethod
    def loss(self, batch: Batch) -> Tensor:
        """The loss of the global batch whose gradient, averaged over the workers, is the step."""

    def step(self, batch: Batch) -> float:
        """Learn from a global batch, of which this worker encodes its share; its loss."""
        self._set_learning_rate()
        loss = self.loss(batch)
        self.optimiser.zero_grad()
        loss.backward()
        clip_gradients(
            self.learner,
            setting="encoder.learning_rate",
            rate=self.settings.learning_rate,
            when=f"step {self.steps_done + 1}",
        )
        self.optimiser.step()
        self.steps_done += 1
        return loss.item()

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""
        save_training_state(folder, self.learner, self.optimiser, {"steps_done": self.steps_done})

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""
        progress: dict[str, Any] = load_training_state(folder, self.learner, self.optimiser)
        self.steps_done = int(progress["steps_done"])

    def export(self, folder: Path) -> None:
        """Write the encoder in the sentence-transformers layout, adapters merged into the weights."""
        merge_adapters(self.model)
        self.model.save_pretrained(str(folder), create_model_card=False)

    def vectors(self, items: Sequence[int]) -> Tensor:
        """Unit vectors of items with their gradient, float [items, width of the head or the encoder]."""
        texts = [drawn_text(self.readings, item, self.seed, self.steps_done) for item in items]
        tokens = self.model.preprocess(texts)
        features = {name: value.to(self.device) for name, value in tokens.items() if torch.is_tensor(value)}
        passes, order = split_by_length(features, len(texts))
        vectors: Tensor = self._forward(passes)
        return vectors[order]

    def _set_learning_rate(self) -> None:
        total, warm_up = self.settings.steps, max(1, self.settings.steps // 10)
        rise = (self.steps_done + 1) / warm_up
        fall = (total - self.steps_done) / max(1, total - warm_up)
        for group, peak in zip(self.optimiser.param_groups, self._peaks, strict=True):
            group["lr"] = peak * max(0.0, min(1.0, rise, fall))


def drawn_text(readings: Sequence[Sequence[str]], item: int, seed: int, step: int) -> str:
    """The item in one of its readings: the same for all workers, and when a training goes on."""
    return readings[hash((seed, step, item)) % len(readings)][item]


HEAD_LEARNING_RATE = 1e-3
"""A head is new, and may move faster than the encoder below it."""


def _groups(model: nn.Module, head: nn.Module | None, rate: float) -> list[dict[str, Any]]:
    trained = {"params": [weight for weight in model.parameters() if weight.requires_grad], "lr": rate}
    own = [{"params": list(head.parameters()), "lr": HEAD_LEARNING_RATE, "weight_decay": 0.0}] if head else []
    return [trained, *own]


class _Learner(nn.Module):
    """The encoder and its head as a module from token tensors to unit vectors, which is what DDP can wrap."""

    def __init__(self, model: nn.Module, head: nn.Linear | None, precision: Precision) -> None:
        super().__init__()
        self.model, self.head = model, head
        self.precision = precision

    def forward(self, passes: list[Features]) -> Tensor:
        device = next(self.model.parameters()).device
        with autocast(device, self.precision), _attention(device):
            vectors = torch.cat([self.model(features)["sentence_embedding"] for features in passes])
        unit = F.normalize(vectors.float(), dim=-1)
        return unit if self.head is None else F.normalize(self.head(unit), dim=-1)


def _attention(device: torch.device) -> AbstractContextManager[None]:
    """Attention by plain products on a processor in bfloat16.

    The gradient of PyTorch's fused attention takes half of a step's time there; with float32, and on a card,
    the fused one is as fast or faster, and keeps less in memory.
    """
    plain = device.type == "cpu" and torch.is_autocast_enabled("cpu")
    return sdpa_kernel(SDPBackend.MATH) if plain else nullcontext()
