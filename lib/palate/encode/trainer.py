"""Fine-tuning of the text encoder: one optimiser step, the same with one worker or many."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
import torch.nn.functional as F
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.parallel import DistributedDataParallel

from palate.config import EncoderConfig
from palate.encode.encoder import TextEncoder, load_encoder
from palate.encode.interpolation import interpolate
from palate.encode.lora import add_adapters, merge_adapters
from palate.encode.memory import checkpoint_layers, in_parts, recomputed
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
        # Weights in float32, whatever the files have: a step of the usual rate is less than half a unit in
        # the last place of most bfloat16 weights, which would stay where they are.
        self.model = encoder.model.float().eval()
        if settings.gradient_checkpointing:
            checkpoint_layers(self.model)
        self.learner = _Learner(
            self.model, head, settings.precision, in_parts=settings.texts_at_once is not None
        ).to(device)
        self.rank, self.world = rank_and_world_size()
        self._forward: nn.Module = self.learner
        if self.world > 1:
            # BERT brings a pooler that mean pooling leaves unused; DDP must be told that it may wait in vain.
            self._forward = DistributedDataParallel(self._forward, find_unused_parameters=True)
        # Fused: one pass over the weights where the usual one takes a dozen.
        self.optimiser = torch.optim.AdamW(_groups(self.model, head, _rate(settings)), fused=True)
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
            setting=f"encoder.{_rate_setting(self.settings)}",
            rate=_rate(self.settings),
            when=f"step {self.steps_done + 1}",
        )
        self.optimiser.step()
        self.steps_done += 1
        return loss.item()

    def save(self, folder: Path) -> None:
        """Write a checkpoint: of the weights that learn, so with LoRA of the adapters alone."""
        save_training_state(folder, self.learner, self.optimiser, {"steps_done": self.steps_done})

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""
        progress: dict[str, Any] = load_training_state(folder, self.learner, self.optimiser)
        self.steps_done = int(progress["steps_done"])

    def export(self, folder: Path) -> None:
        """Write the encoder in the sentence-transformers layout, adapters merged into the weights.

        With `interpolation` below 1 the weights lie between those and the ones that the training began with.
        """
        share = self.settings.interpolation
        merge_adapters(self.model, share)
        if share < 1 and self.settings.method == "full":
            interpolate(self.model, load_encoder(self.settings.model, self.settings).model, share)
        self.model.save_pretrained(str(folder), create_model_card=False)

    def vectors(self, items: Sequence[int]) -> Tensor:
        """Unit vectors of items with their gradient, float [items, width of the head or the encoder]."""
        texts = [drawn_text(self.readings, item, self.seed, self.steps_done) for item in items]
        passes, order = split_by_length(self._features(texts), len(texts))
        vectors: Tensor = self._forward(in_parts(passes, self.settings.texts_at_once))
        return vectors[order]

    def _features(self, texts: list[str]) -> Features:
        """What the model reads of items' texts: a text is a document, in training and when it is embedded."""
        tokens = self.model.preprocess(texts, prompt=self.encoder.prompts.document)
        # What stands for all texts at once, such as how long the prompt is, is a number.
        return {
            name: torch.as_tensor(value).to(self.device)
            for name, value in tokens.items()
            if torch.is_tensor(value) or isinstance(value, int)
        }

    def _set_learning_rate(self) -> None:
        total, warm_up = self.settings.steps, max(1, self.settings.steps // 10)
        rise = (self.steps_done + 1) / warm_up
        fall = (total - self.steps_done) / max(1, total - warm_up)
        for group, peak in zip(self.optimiser.param_groups, self._peaks, strict=True):
            group["lr"] = peak * max(0.0, min(1.0, rise, fall))


def drawn_text(readings: Sequence[Sequence[str]], item: int, seed: int, step: int) -> str:
    """The item in one of its readings: the same for all workers, and when a training goes on."""
    return readings[hash((seed, step, item)) % len(readings)][item]


def _rate_setting(settings: EncoderConfig) -> str:
    """Name of the peak learning rate of what is trained of the encoder."""
    return "lora_learning_rate" if settings.method == "lora" else "learning_rate"


def _rate(settings: EncoderConfig) -> float:
    rate: float = getattr(settings, _rate_setting(settings))
    return rate


HEAD_LEARNING_RATE = 1e-3
"""A head is new, and may move faster than the encoder below it."""


def _groups(model: nn.Module, head: nn.Module | None, rate: float) -> list[dict[str, Any]]:
    trained = {"params": [weight for weight in model.parameters() if weight.requires_grad], "lr": rate}
    own = [{"params": list(head.parameters()), "lr": HEAD_LEARNING_RATE, "weight_decay": 0.0}] if head else []
    return [trained, *own]


class _Learner(nn.Module):
    """The encoder and its head as a module from token tensors to unit vectors, which is what DDP can wrap."""

    def __init__(
        self, model: SentenceTransformer, head: nn.Linear | None, precision: Precision, in_parts: bool
    ) -> None:
        super().__init__()
        self.model, self.head = model, head
        self.precision = precision
        self.cut: int | None = model.truncate_dim
        self.in_parts = in_parts

    def forward(self, passes: list[Features]) -> Tensor:
        device = next(self.model.parameters()).device
        with autocast(device, self.precision), _attention(device):
            vectors = torch.cat(recomputed(self._vectors, passes, self.in_parts))
        unit = F.normalize(vectors.float(), dim=-1)
        return unit if self.head is None else F.normalize(self.head(unit), dim=-1)

    def _vectors(self, features: Features) -> Tensor:
        # A copy, for the model writes what it finds into what it is given.
        vectors: Tensor = self.model(dict(features))["sentence_embedding"]
        return vectors[:, : self.cut]


def _attention(device: torch.device) -> AbstractContextManager[None]:
    """Attention by plain products on a processor in bfloat16.

    The gradient of PyTorch's fused attention takes half of a step's time there; with float32, and on a card,
    the fused one is as fast or faster, and keeps less in memory.
    """
    plain = device.type == "cpu" and torch.is_autocast_enabled("cpu")
    return sdpa_kernel(SDPBackend.MATH) if plain else nullcontext()
