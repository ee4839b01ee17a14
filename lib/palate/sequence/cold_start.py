"""Vectors of items that training has not seen: half their own text, half their neighbours' experience."""

from __future__ import annotations

import torch
from torch import Tensor

NEIGHBOURS = 3
SHARE = 0.5
"""What the neighbours have of a newcomer's vector."""
SHARPNESS = 20.0
"""Cosines are multiplied by this before the softmax that weighs the neighbours."""

_BATCH = 1024


def blend_cold_items(vectors: Tensor, text: Tensor, known: Tensor) -> Tensor:
    """Vectors in which each item that is not known stands half among its nearest known items.

    The text projection alone places a newcomer near its kind, but short of what the residuals of known
    items carry, such as how sought after a kind is: it would lose to nearly all of them. So
    v_i <- (1 - s) W t_i + s sum_j softmax(20 t_i t_j) v_j over the three known items j nearest by text.
    It costs unknown x known products.

    Args:
        vectors: as the item tower gives them, float [items, width].
        text: unit text vectors, float [items, text width].
        known: bool [items].
    """
    if known.all() or not known.any():
        return vectors
    blended = vectors.clone()
    count = min(NEIGHBOURS, int(known.sum()))
    for newcomers in torch.split((~known).nonzero().flatten(), _BATCH):
        nearest = (text[newcomers] @ text[known].T).topk(count)
        weights = torch.softmax(SHARPNESS * nearest.values, dim=-1)
        lent = (weights[:, :, None] * vectors[known][nearest.indices]).sum(1)
        blended[newcomers] = torch.lerp(vectors[newcomers], lent, SHARE)
    return blended
