"""The softmax loss of the sequence model, over the whole catalogue or a sample of it."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from palate.sequence.training.augment import MASKED
from palate.sequence.training.batches import IGNORE_INDEX, SequenceBatch
from palate.sequence.training.softmax import DistillationTarget, full_softmax_loss


class SoftmaxCandidates(NamedTuple):
    """What a target competes with in one step."""

    items: Tensor
    """Catalogue indices, ascending, int64 [candidates]."""
    correction: float
    """Added to each candidate's logit, so that a sample stands for all: log(known / sampled); 0 for all."""


def draw_candidates(known: Tensor, negatives: int, generator: torch.Generator) -> SoftmaxCandidates:
    """All items that training knows, or `negatives` of them drawn uniformly.

    `known` holds the catalogue indices of the items that occur in training, ascending int64 [known]. An item
    without any event is never a negative: it would be pushed away for being new.
    """
    if negatives == 0 or negatives >= len(known):
        return SoftmaxCandidates(known, 0.0)
    drawn = torch.randperm(len(known), generator=generator)[:negatives]
    return SoftmaxCandidates(known[drawn.sort().values], math.log(len(known) / negatives))


def softmax_loss(
    model: torch.nn.Module,
    batch: SequenceBatch,
    candidates: SoftmaxCandidates,
    generator: torch.Generator,
    target: DistillationTarget | None = None,
) -> Tensor:
    """Cross-entropy of the next items, summed over the targets of the batch; a scalar.

    With a sample of negatives the logits are corrected by their sampling probability (Bengio and
    Senecal, "Adaptive importance sampling to accelerate training of a neural probabilistic language
    model", 2008), and the target itself is left out of the negatives. A distillation target is
    about all candidates.
    """
    wanted, shown = batch.targets != IGNORE_INDEX, batch.events != MASKED
    vocabulary = torch.cat([candidates.items, batch.events[shown], batch.targets[wanted]]).unique()
    events = torch.searchsorted(vocabulary, batch.events).masked_fill(~shown, MASKED)
    users, vectors = model(vocabulary, events, batch.time_gaps, batch.feedback, wanted, generator)
    targets = batch.targets[wanted]
    competing = vectors[torch.searchsorted(vocabulary, candidates.items)]
    if candidates.correction == 0.0:
        return full_softmax_loss(users, competing, torch.searchsorted(candidates.items, targets), target)
    logits = users @ competing.T
    own = (users * vectors[torch.searchsorted(vocabulary, targets)]).sum(-1, keepdim=True)
    same = targets[:, None] == candidates.items[None, :]
    logits = torch.cat([own, (logits + candidates.correction).masked_fill(same, float("-inf"))], dim=1)
    return F.cross_entropy(logits, torch.zeros_like(targets), reduction="sum")
