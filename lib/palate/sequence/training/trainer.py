"""Training step and early stopping of the sequence model, the same with one worker or many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from palate.config import SequenceConfig
from palate.sequence.network.feedback import NO_FEEDBACK_BUCKETS, FeedbackBuckets
from palate.sequence.network.model import SequenceModel
from palate.sequence.network.words import WordBags
from palate.sequence.scorer import Transformer
from palate.sequence.training.batches import IGNORE_INDEX, SequenceBatch
from palate.sequence.training.distillation import Teacher
from palate.sequence.training.loss import draw_candidates, is_sampled, softmax_loss
from palate.sequence.training.row_updates import (
    BETAS,
    RowUpdates,
    averaged_model,
    workers_sum_rows,
)
from palate.sequence.training.warm_start import begin_from
from palate.training import (
    Where,
    clip_gradients,
    load_training_state,
    rank_and_world_size,
    require_finite,
    save_training_state,
)

WARM_UP_STEPS = 50


class SequenceTrainer:
    """Holds the model, its average over the steps, the best average so far, and the optimiser.

    With a sampled softmax the item table has `RowUpdates`, and a step takes as long in any catalogue.
    """

    def __init__(
        self,
        text: Tensor,
        warm: Tensor,
        settings: SequenceConfig,
        seed: int,
        device: torch.device,
        words: WordBags | None = None,
        feedback_buckets: FeedbackBuckets = NO_FEEDBACK_BUCKETS,
        teachers: Sequence[Transformer] = (),
        reads_dislikes: bool = False,
    ) -> None:
        """Take `text`, float32 [items, text width], and `warm`, bool [items]: seen in training."""
        torch.manual_seed(seed)
        self.settings, self.seed = settings, seed
        self.device = device
        self.rank, self.world = rank_and_world_size()
        self.warm_items = warm.nonzero().flatten().to(device)
        sampled = settings.use_ids and is_sampled(settings.negatives, len(self.warm_items))
        by_rows = sampled and workers_sum_rows()
        model = SequenceModel(
            text,
            warm,
            settings,
            words=words,
            feedback_buckets=feedback_buckets,
            reads_dislikes=reads_dislikes,
            sparse_gradient=by_rows,
        )
        self.model = model.to(device)
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(settings.average_decay))
        self.best = AveragedModel(self.model)
        self.rows = RowUpdates(self.model, self.average, settings) if by_rows else None
        self.teacher = Teacher(teachers, self.warm_items, settings.distil) if teachers else None
        self.optimiser = _optimiser(self.model, settings, self.rows)
        self.forward: nn.Module = self.model
        if self.world > 1:
            self.forward = DistributedDataParallel(
                # Buffers never change, and the texts of a large catalogue are gigabytes.
                self.model,
                find_unused_parameters=True,
                broadcast_buffers=False,
            )
        self.steps_done, self.steps_of_epoch = 0, 0
        self.curve: list[float] = []
        self.seconds: list[float] = []

    def begin_from(self, member: Transformer, vectors: NDArray[np.float32]) -> None:
        """Warm start: go on from the weights of an earlier model, as `warm_start.begin_from`."""
        begin_from(self.model, member, vectors)
        for average in (self.average, self.best):
            average.module.load_state_dict(self.model.state_dict())

    def step(self, batch: SequenceBatch) -> float:
        """Learn from this worker's share of a global batch; its mean loss a target."""
        rate = self.settings.learning_rate * min(1.0, (self.steps_done + 1) / WARM_UP_STEPS)
        self.model.train()
        loss = self.loss(batch)
        self.model.zero_grad()
        loss.backward()
        clip_gradients(self.model, **self._if_diverged)
        self._update(rate)
        self.steps_done += 1
        self.steps_of_epoch += 1
        return loss.item()

    def _update(self, rate: float) -> None:
        """Change the weights, and take them into their average."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        if self.rows is None:
            self.average.update_parameters(self.model)
        else:
            self.rows.step(rate)

    def require_finite(self, values: Tensor) -> None:
        """Raise `TrainingDiverged` with this epoch unless all of the values are finite."""
        require_finite(values, **self._if_diverged)

    @property
    def _if_diverged(self) -> Where:
        return {
            "setting": "sequence.learning_rate",
            "rate": self.settings.learning_rate,
            "when": f"epoch {len(self.curve) + 1}",
        }

    def loss(self, batch: SequenceBatch) -> Tensor:
        """This worker's part of the mean over the global batch, times the workers that DDP averages over."""
        n_targets = max(1, int((batch.targets != IGNORE_INDEX).sum()))
        # Negatives and left-out residuals are drawn alike by all workers, dropout by each for itself; both
        # by the step, so that a training that goes on from a checkpoint draws what it would have drawn.
        shared = torch.Generator().manual_seed(hash((self.seed, self.steps_done)))
        torch.manual_seed(hash((self.seed, self.steps_done, self.rank)))
        candidates = draw_candidates(self.warm_items, self.settings.negatives, shared)
        mine = SequenceBatch(*(part.to(self.device) for part in batch.share(self.rank, self.world)))
        distillation = self.teacher.targets(mine) if self.teacher is not None else None
        loss = softmax_loss(
            self.forward,
            mine,
            candidates,
            shared,
            dislike_weight=self.settings.dislike_weight,
            distillation=distillation,
        )
        return loss * self.world / n_targets

    @property
    def averaged(self) -> SequenceModel:
        """The model with its weights averaged over the steps so far."""
        return averaged_model(self._average_so_far())

    @property
    def best_model(self) -> SequenceModel:
        """The averaged model of the best epoch."""
        return averaged_model(self.best)

    def finish_epoch(self, ndcg: float, seconds: float) -> None:
        """Note the average's validation NDCG and the seconds, and keep its weights if they are the best."""
        if ndcg > max(self.curve, default=-1.0):
            self.best.load_state_dict(self._average_so_far().state_dict())
        self.curve.append(ndcg)
        self.seconds.append(seconds)
        self.steps_of_epoch = 0

    @property
    def finished(self) -> bool:
        """Early stopping: whether the epochs are used up, or `patience` of them brought no better one."""
        done = len(self.curve)
        best = self.curve.index(max(self.curve)) if self.curve else 0
        return done >= self.settings.epochs or done - 1 - best >= self.settings.patience

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""
        names = ("steps_done", "steps_of_epoch", "curve", "seconds")
        progress = {name: getattr(self, name) for name in names}
        save_training_state(folder, self._models(), self.optimiser, progress)

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""
        progress: dict[str, Any] = load_training_state(folder, self._models(), self.optimiser)
        self.steps_done = int(progress["steps_done"])
        self.steps_of_epoch = int(progress["steps_of_epoch"])
        self.curve, self.seconds = list(progress["curve"]), list(progress["seconds"])

    def _average_so_far(self) -> AveragedModel:
        if self.rows is not None:
            self.rows.bring_up_to_date()
        return self.average

    def _models(self) -> nn.Module:
        models = nn.ModuleDict({"model": self.model, "average": self.average, "best": self.best})
        if self.rows is not None:
            models["rows"] = self.rows.state
        return models


def _optimiser(model: nn.Module, settings: SequenceConfig, rows: RowUpdates | None) -> torch.optim.Optimizer:
    """AdamW that lets matrices decay and spares biases, norms and scales; not for what has row updates."""
    weights = [weight for weight in model.parameters() if rows is None or weight is not rows.table]
    matrices = [weight for weight in weights if weight.dim() >= 2]
    others = [weight for weight in weights if weight.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=BETAS, fused=True)
