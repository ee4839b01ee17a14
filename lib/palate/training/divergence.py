"""Divergence: a training whose numbers are no longer finite stops at once, and says what to lower."""

from __future__ import annotations

from typing import TypedDict, Unpack

import torch
from torch import Tensor, nn

from palate.errors import PalateError

MAX_NORM = 1.0
"""Longest gradient, in its L2 norm; a longer one is scaled down to it."""


class TrainingDiverged(PalateError):
    """Weights or scores that are no finite numbers: nothing that comes after can be right."""


class Where(TypedDict):
    """What a person is told of a training that diverged."""

    setting: str
    """Name of the learning rate."""
    rate: float
    """Its value."""
    when: str
    """The epoch or step."""


def clip_gradients(module: nn.Module, **where: Unpack[Where]) -> None:
    """Scale the gradient down to `MAX_NORM`; that of a sparse one is the norm of its rows.

    Raises `TrainingDiverged` if it is not finite, in every worker alike, for DDP has given all of them the
    same gradient.
    """
    gradients = [weight.grad for weight in module.parameters() if weight.grad is not None]
    norm = nn.utils.get_total_norm([_values(gradient) for gradient in gradients])
    require_finite(norm, **where)
    nn.utils.clip_grads_with_norm_(module.parameters(), MAX_NORM, norm)


def _values(gradient: Tensor) -> Tensor:
    """All of a gradient that may not be 0; a row that a sparse one has several times is their sum."""
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def require_finite(values: Tensor, **where: Unpack[Where]) -> None:
    """Raise `TrainingDiverged` unless all of the values, a tensor of any shape, are finite."""
    if not bool(torch.isfinite(values).all()):
        raise TrainingDiverged(
            f"The training diverged in {where['when']}: its numbers are no longer finite. "
            f"Lower {where['setting']} ({where['rate']:g})"
        )
