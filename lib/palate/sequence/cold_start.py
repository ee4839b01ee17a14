"""Cold-start items: what training has not seen stands half by its own text, half by its neighbours' vectors.

Cold start is when an item has no interactions to learn from; an item with some is warm.
"""

from __future__ import annotations

import torch
from torch import Tensor

NEIGHBOURS = 3
NEIGHBOUR_SHARE = 0.5
"""What the neighbours have of a cold item's vector."""
SHARPNESS = 20.0
"""Cosines are multiplied by this before the softmax that weighs the neighbours."""

_ITEMS_AT_ONCE = 1024


def blend_cold_items(vectors: Tensor, text: Tensor, warm: Tensor) -> Tensor:
    """Vectors in which each cold item stands half among its nearest warm items.

    The text projection alone places a cold item near its kind, but short of what the residuals of warm
    items carry, such as how sought after a kind is: it would lose to nearly all of them. So
    v_i <- (1 - s) W t_i + s sum_j softmax(20 t_i t_j) v_j over the three warm items j nearest by text.
    It costs cold x warm products.

    Args:
        vectors: as the item tower gives them, float [items, width].
        text: unit text vectors, float [items, text width].
        warm: bool [items].
    """
    if warm.all() or not warm.any():
        return vectors
    blended = vectors.clone()
    for cold in torch.split((~warm).nonzero().flatten(), _ITEMS_AT_ONCE):
        blended[cold] = blended_with(lent_by_neighbours(text[cold], text, vectors, warm), vectors[cold])
    return blended


def lent_by_neighbours(cold_text: Tensor, text: Tensor, vectors: Tensor, warm: Tensor) -> Tensor:
    """What the nearest warm items by text lend each cold one, float [cold, width].

    Args:
        cold_text: unit text vectors of the cold items, float [cold, text width].
        text: those of all known items, float [items, text width].
        vectors: of all known items, float [items, width].
        warm: bool [items], at least one of them.
    """
    # The nearest warm items of each cold one, [cold, count], and how much each of them counts.
    cosines = (cold_text @ text.T).masked_fill(~warm, -torch.inf)
    nearest = cosines.topk(min(NEIGHBOURS, int(warm.sum())))
    weights = torch.softmax(SHARPNESS * nearest.values, dim=-1)
    return (weights[:, :, None] * vectors[nearest.indices]).sum(1)


def blended_with(lent: Tensor, own: Tensor) -> Tensor:
    """Half of each, float [cold, width]."""
    return torch.lerp(own, lent, NEIGHBOUR_SHARE)
