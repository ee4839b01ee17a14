"""Distillation: an ensemble as the teacher of one model that is to take its place."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from palate.sequence.network.model import shown_vectors
from palate.sequence.scorer import Transformer
from palate.sequence.training.batches import IGNORE_INDEX, SequenceBatch
from palate.sequence.training.softmax import DistillationTarget


class Teacher:
    """The mean logits of trained models, at every place of a batch."""

    def __init__(self, members: Sequence[Transformer], items: Tensor, share: float) -> None:
        """Take the models, the catalogue indices that are taught, int64 [n], and the share of the loss."""
        self._share, self._scale = share, len(members) ** -0.5
        self._members = [
            (member.tower.to(items.device), member.inputs.to(items.device)) for member in members
        ]
        unit = [F.normalize(inputs[items], dim=-1) for _, inputs in self._members]
        self._vectors = torch.cat(unit, dim=1) * self._scale

    @torch.no_grad()
    def targets(self, batch: SequenceBatch) -> DistillationTarget:
        """What the models expect where the batch has a target."""
        has_target = batch.targets != IGNORE_INDEX
        # Each member's user vectors, [targets, width], side by side: one product is the mean of all logits.
        users = [
            tower(shown_vectors(inputs, batch.events), batch.time_gaps, batch.feedback, batch.against)[
                has_target
            ]
            for tower, inputs in self._members
        ]
        return DistillationTarget(torch.cat(users, dim=1) * self._scale, self._vectors, self._share)
