"""An ensemble as the teacher of one model that is to take its place."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from palate.sequence.augment import NOT_SHOWN
from palate.sequence.batches import IGNORED, Batch
from palate.sequence.scorer import Transformer
from palate.sequence.softmax import Lesson


class Teacher:
    """The mean logits of trained models, at every place of a batch."""

    def __init__(self, members: Sequence[Transformer], items: Tensor, share: float) -> None:
        """Take the models, the catalogue indices that are taught, int64 [n], and the lesson's share."""
        self._members, self._share = members, share
        self._scale = len(members) ** -0.5
        unit = [F.normalize(member.inputs[items], dim=-1) for member in members]
        self._vectors = torch.cat(unit, dim=1) * self._scale

    @torch.no_grad()
    def lesson(self, batch: Batch) -> Lesson:
        """What the models expect where the batch has a target."""
        shown = (batch.events != NOT_SHOWN)[..., None]
        wanted = batch.targets != IGNORED
        views = [
            member.tower(member.inputs[batch.events.clamp(min=0)] * shown, batch.gaps)[wanted]
            for member in self._members
        ]
        return Lesson(torch.cat(views, dim=1) * self._scale, self._vectors, self._share)
