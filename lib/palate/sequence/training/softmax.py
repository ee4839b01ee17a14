"""Full softmax loss (cross-entropy), with distillation: over a whole catalogue, in the memory of a slice."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

PLACES_AT_ONCE = 128
"""Places whose logits exist at one time: few enough for the processor's cache, enough for its arithmetic."""


class DistillationTarget(NamedTuple):
    """What another model expects at the same places, for this one to learn from."""

    users: Tensor
    """Float [places, any width]."""
    vectors: Tensor
    """Float [items, the same width]; the products are the other model's logits."""
    share: float
    """How much of the loss is the divergence from the other model's expectation, not from what happened."""


def full_softmax_loss(
    users: Tensor, vectors: Tensor, targets: Tensor, distillation: DistillationTarget | None = None
) -> Tensor:
    """Cross-entropy of `targets` among all `vectors`, summed over the places; a scalar.

    The matrix of logits, [places, items], never exists as a whole: its gradient is worked out with the loss,
    some places at a time, as in Wijmans et al., "Cut your losses in large-vocabulary language models", ICLR
    2025. Beside 12,000 items, where most of the time goes into moving that matrix about, a step over all of
    them takes little more than one over 2,000 of them with ordinary operations.

    With distillation of share s the target is (1 - s) [i = target] + s q_i, q the softmax of the other
    model's logits (Hinton et al., "Distilling the knowledge in a neural network", 2015).

    Args:
        users: float [places, width].
        vectors: float [items, width]; their products with `users` are logits.
        targets: rows of `vectors`, int64 [places].
        distillation: what another model expects; none of it is learned.
    """
    loss: Tensor = _FullSoftmax.apply(users, vectors, targets, distillation)  # type: ignore[no-untyped-call]
    return loss


class _FullSoftmax(torch.autograd.Function):
    """d loss / d logit(p, i) = softmax(p)_i - target(p)_i.

    Exponentials are not divided by their sum where they stand, [places, items], but in what they multiply.
    """

    @staticmethod
    def forward(
        ctx: Any, users: Tensor, vectors: Tensor, targets: Tensor, distillation: DistillationTarget | None
    ) -> Tensor:
        share = 0.0 if distillation is None else distillation.share
        # The gradients, [places, width] and [items, width], and the loss.
        for_users, for_vectors = torch.empty_like(users), torch.zeros_like(vectors)
        total = users.new_zeros(())
        # One buffer, [places at once, items]: first logits, then exponentials, then their slope.
        buffer = users.new_empty(min(PLACES_AT_ONCE, len(users)), len(vectors))
        for start in range(0, len(users), PLACES_AT_ONCE):
            rows = slice(start, start + PLACES_AT_ONCE)
            mine, own = users[rows], vectors[targets[rows]]
            slope = torch.mm(mine, vectors.T, out=buffer[: len(mine)])
            # The loss is log sum exp of the logits less the logit that is expected.
            total -= (1 - share) * torch.linalg.vecdot(mine, own).sum()
            if distillation is None:
                sums, levels = _exponentiate(slope)
            else:
                expected = (distillation.users[rows] @ distillation.vectors.T).softmax(1)
                total -= share * torch.linalg.vecdot(expected, slope).sum()
                sums, levels = _exponentiate(slope)
                slope.sub_(expected.mul_(share * sums))
            total += levels.sum()
            torch.mm(slope, vectors, out=for_users[rows]).div_(sums).sub_(own, alpha=1 - share)
            for_vectors.addmm_(slope.T, mine / sums)
        # What the targets themselves take from the slope is [places, width], for all places at once.
        for_vectors.index_add_(0, targets, users, alpha=share - 1)
        ctx.save_for_backward(for_users, for_vectors)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        for_users, for_vectors = ctx.saved_tensors
        return gradients[0] * for_users, gradients[0] * for_vectors, None, None


def _exponentiate(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Turn logits into exponentials, the highest 1, in place; their sums, [n, 1], and log sum exp, [n]."""
    highest = logits.amax(1, keepdim=True)
    sums = logits.sub_(highest).exp_().sum(1, keepdim=True)
    return sums, (sums.log() + highest)[:, 0]
