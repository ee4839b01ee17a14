"""Negative sampling and the softmax loss: over the whole catalogue, or sampled with the logQ correction."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from palate.schema import NO_ITEM
from palate.sequence.training.augment import MASKED
from palate.sequence.training.batches import IGNORE_INDEX, SequenceBatch
from palate.sequence.training.softmax import DistillationTarget, full_softmax_loss


class SoftmaxCandidates(NamedTuple):
    """What a target competes with in one step."""

    items: Tensor
    """Catalogue indices, ascending, int64 [candidates]."""
    correction: float
    """Added to each candidate's logit, so that a sample stands for all: log(warm / sampled); 0 for all."""


def is_sampled(negatives: int, warm: int) -> bool:
    """Whether a softmax with so many negatives is over a sample of so many warm items, not over all."""
    return 0 < negatives < warm


def draw_candidates(warm_items: Tensor, negatives: int, generator: torch.Generator) -> SoftmaxCandidates:
    """All warm items, or `negatives` of them drawn uniformly.

    `warm_items` are the catalogue indices of the items that occur in training, ascending int64 [warm]. A cold
    item is never a negative: it would be pushed away for being new.
    """
    count = len(warm_items)
    if not is_sampled(negatives, count):
        return SoftmaxCandidates(warm_items, 0.0)
    # NumPy draws a few of many without an order of all.
    seed = int(torch.randint(2**63 - 1, (), generator=generator))
    drawn = np.random.default_rng(seed).choice(count, negatives, replace=False, shuffle=False)
    return SoftmaxCandidates(warm_items[torch.from_numpy(np.sort(drawn))], math.log(count / negatives))


def softmax_loss(
    model: torch.nn.Module,
    batch: SequenceBatch,
    candidates: SoftmaxCandidates,
    generator: torch.Generator,
    *,
    dislike_weight: float = 1.0,
    distillation: DistillationTarget | None = None,
) -> Tensor:
    """Cross-entropy of the next items, summed over the targets of the batch, plus `dislike_loss`; a scalar.

    They compete with all candidates. A distillation target is about all candidates, too.
    """
    has_target, shown = batch.targets != IGNORE_INDEX, batch.events != MASKED
    targets = batch.targets[has_target]
    # Only items that this step needs are worked out: int64 [vocabulary], ascending.
    disliked = batch.disliked[has_target]
    against = disliked != NO_ITEM
    parts = [candidates.items, batch.events[shown], targets, disliked[against]]
    vocabulary = torch.cat(parts).unique()
    users, vectors = model(
        vocabulary=vocabulary,
        events=torch.searchsorted(vocabulary, batch.events).masked_fill(~shown, MASKED),
        time_gaps=batch.time_gaps,
        feedback=batch.feedback,
        has_target=has_target,
        generator=generator,
        against=batch.against,
    )
    # Their vectors, [candidates, width]; without a sample the targets are among them.
    competing = vectors[torch.searchsorted(vocabulary, candidates.items)]
    own = vectors[torch.searchsorted(vocabulary, targets)]
    pushed: Tensor = users.new_zeros(())
    if dislike_weight and against.any():
        unwanted = vectors[torch.searchsorted(vocabulary, disliked[against])]
        pushed = dislike_weight * dislike_loss(users[against], own[against], unwanted)
    if candidates.correction == 0.0:
        rows = torch.searchsorted(candidates.items, targets)
        return pushed + full_softmax_loss(users, competing, rows, distillation)
    same = targets[:, None] == candidates.items[None, :]
    return pushed + _sampled_loss(users, own, competing, same, correction=candidates.correction)


def dislike_loss(users: Tensor, liked: Tensor, disliked: Tensor) -> Tensor:
    """-log sigmoid(u (v - d)), summed: what users turned against is to come behind what they took next.

    Unlike the probability of a disliked item among all, which is next to nothing in a large catalogue, its
    distance from a liked one leaves something to learn (BPR: Rendle et al., "Bayesian personalized ranking
    from implicit feedback", UAI 2009). All are float [dislikes, width]: users' states, what they took next,
    and what they had turned against before that.
    """
    return F.softplus((users * (disliked - liked)).sum(-1)).sum()


def _sampled_loss(users: Tensor, own: Tensor, competing: Tensor, same: Tensor, correction: float) -> Tensor:
    """Cross-entropy of each target's vector, `own` [targets, width], against all that compete, summed.

    The logits of sampled negatives are corrected by their sampling probability (Bengio and Senecal, "Adaptive
    importance sampling to accelerate training of a neural probabilistic language model", 2008). A candidate
    that is the `same` item as the target, bool [targets, candidates], is no negative.
    """
    negatives = (users @ competing.T + correction).masked_fill(same, float("-inf"))
    # The target's logit stands in column 0.
    logits = torch.cat([(users * own).sum(-1, keepdim=True), negatives], dim=1)
    first = torch.zeros(len(users), dtype=torch.int64, device=users.device)
    return F.cross_entropy(logits, first, reduction="sum")
