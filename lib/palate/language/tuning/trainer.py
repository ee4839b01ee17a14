"""LoRA training step of the language model, the same with one worker or many."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from palate.config.tuning import ExplainerTuningConfig
from palate.language.tuning.adapted import AnswerLoss, adapted_model
from palate.language.tuning.batch import batch_of
from palate.language.tuning.examples import TuningExample
from palate.training import clip_gradients, load_training_state, rank_and_world_size, save_training_state

_READ_AT_ONCE: Final = 8
"""Held-out examples in a batch."""


def _answer_tokens(examples: Sequence[TuningExample]) -> int:
    return sum(len(example.answer) for example in examples)


class AnswerTrainer:
    """Holds the model and the optimiser of one worker.

    The optimiser works on float32 copies of the adapters: small steps would be lost in bfloat16.
    """

    def __init__(self, model: str, settings: ExplainerTuningConfig, seed: int, device: torch.device) -> None:
        """Load a model by its name."""
        torch.manual_seed(seed)  # adapters begin at random
        self.settings, self.device = settings, device
        self.model = adapted_model(model, settings).to(device)
        self.rank, self.world = rank_and_world_size()
        self._losses: nn.Module = AnswerLoss(self.model)
        if self.world > 1:
            self._losses = DistributedDataParallel(self._losses)
        self._weights = [weight for weight in self.model.parameters() if weight.requires_grad]
        self._copies = nn.ParameterList(weight.detach().float().clone() for weight in self._weights)
        self.optimiser = torch.optim.AdamW(self._copies.parameters(), lr=settings.learning_rate)
        self.steps_done, self.tokens = 0, 0
        self.seconds = 0.0
        self.curve: list[dict[str, float]] = []
        """What `note` was told."""

    def step(self, batch: Sequence[TuningExample]) -> float:
        """Learn from a global batch, of which this worker reads its share; nats a token of that share.

        Every worker needs a share: the batch must hold at least as many examples as there are workers.
        """
        began = time.perf_counter()
        self._set_learning_rate()
        share = batch[self.rank :: self.world]
        loss = self._losses(batch_of(share, self.device))
        # DDP takes the mean over the workers, where the sum is wanted.
        (loss * self.world / _answer_tokens(batch)).backward()
        self._update()
        self.steps_done += 1
        self.tokens += sum(example.length for example in batch)
        self.seconds += time.perf_counter() - began
        return float(loss.item()) / _answer_tokens(share)

    def held_out_loss(self, examples: Sequence[TuningExample]) -> float:
        """Nats a token of the answers; for one worker alone, whatever the others do."""
        losses, total = AnswerLoss(self.model), 0.0
        with torch.no_grad():
            for start in range(0, len(examples), _READ_AT_ONCE):
                batch = batch_of(examples[start : start + _READ_AT_ONCE], self.device)
                total += float(losses(batch).item())
        return total / _answer_tokens(examples)

    def note(self, loss: float, held_out: float) -> None:
        """Remember the losses after this step."""
        self.curve.append({"step": self.steps_done, "loss": loss, "held_out_loss": held_out})

    def figures(self) -> dict[str, Any]:
        """Steps, seconds in them, tokens read in them and in a second, and the curve of losses."""
        return {
            "steps": self.steps_done,
            "seconds": round(self.seconds, 1),
            "tokens": self.tokens,
            "tokens_per_second": round(self.tokens / max(self.seconds, 1e-9), 1),
            "curve": self.curve,
        }

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""
        names = ("steps_done", "tokens", "seconds", "curve")
        progress = {name: getattr(self, name) for name in names}
        save_training_state(folder, self._copies, self.optimiser, progress)

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""
        progress: dict[str, Any] = load_training_state(folder, self._copies, self.optimiser)
        self.steps_done, self.tokens = int(progress["steps_done"]), int(progress["tokens"])
        self.seconds, self.curve = float(progress["seconds"]), list(progress["curve"])
        self._copy_back()

    def export(self, folder: Path) -> None:
        """Write the adapters as a folder that PEFT and engines load."""
        self.model.save_pretrained(str(folder), save_embedding_layers=False)
        (folder / "README.md").unlink(missing_ok=True)  # a form that nobody has filled in

    def _update(self) -> None:
        """One step of the float32 copies along the gradients of the adapters."""
        for weight, copy in zip(self._weights, self._copies, strict=True):
            copy.grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        clip_gradients(
            self._copies,
            setting="explainer_tuning.learning_rate",
            rate=self.settings.learning_rate,
            when=f"step {self.steps_done + 1}",
        )
        self.optimiser.step()
        self._copy_back()

    def _copy_back(self) -> None:
        with torch.no_grad():
            for weight, copy in zip(self._weights, self._copies, strict=True):
                weight.copy_(copy)

    def _set_learning_rate(self) -> None:
        total, warm_up = self.settings.steps, max(1, self.settings.steps // 10)
        rise = (self.steps_done + 1) / warm_up
        fall = (total - self.steps_done) / max(1, total - warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * max(0.0, min(1.0, rise, fall))
