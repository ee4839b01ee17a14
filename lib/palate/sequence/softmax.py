"""The softmax loss over a whole catalogue, in the memory of a slice of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROWS = 128
"""Places whose logits exist at one time: few enough for the processor's cache, enough for its arithmetic."""


def full_softmax_loss(users: Tensor, vectors: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of `targets` among all `vectors`, summed over the places; a scalar.

    The matrix of logits, [places, items], never exists as a whole: its gradient is worked out with the loss,
    some places at a time, as in Wijmans et al., "Cut your losses in large-vocabulary language models", ICLR
    2025. Beside 12,000 items, where most of the time goes into moving that matrix about, a step over all of
    them takes little more than one over 2,000 of them with ordinary operations.

    Args:
        users: float [places, width].
        vectors: float [items, width]; their products with `users` are logits.
        targets: rows of `vectors`, int64 [places].
    """
    loss: Tensor = _FullSoftmax.apply(users, vectors, targets)  # type: ignore[no-untyped-call]
    return loss


class _FullSoftmax(torch.autograd.Function):
    """d loss / d logit(p, i) = softmax(p)_i - [i is the target of p]."""

    @staticmethod
    def forward(ctx: Any, users: Tensor, vectors: Tensor, targets: Tensor) -> Tensor:
        for_users, for_vectors = torch.empty_like(users), torch.zeros_like(vectors)
        total = users.new_zeros(())
        logits = users.new_empty(min(ROWS, len(users)), len(vectors))
        for start in range(0, len(users), ROWS):
            some = slice(start, start + ROWS)
            slope = logits[: len(users[some])]
            torch.mm(users[some], vectors.T, out=slope)
            total += _loss_to_slope(slope, targets[some])
            torch.mm(slope, vectors, out=for_users[some])
            for_vectors.addmm_(slope.T, users[some])
        ctx.save_for_backward(for_users, for_vectors)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        for_users, for_vectors = ctx.saved_tensors
        return gradients[0] * for_users, gradients[0] * for_vectors, None


def _loss_to_slope(logits: Tensor, targets: Tensor) -> Tensor:
    """Turn logits into the slope of the loss, in place; the loss, summed."""
    rows = torch.arange(len(logits), device=logits.device)
    highest = logits.amax(1, keepdim=True)
    own = logits[rows, targets] - highest[:, 0]
    parts = logits.sub_(highest).exp_().sum(1, keepdim=True)
    logits.div_(parts)
    logits[rows, targets] -= 1
    return (parts.log()[:, 0] - own).sum()
