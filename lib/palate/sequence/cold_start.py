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
    count = min(NEIGHBOURS, int(warm.sum()))
    for cold in torch.split((~warm).nonzero().flatten(), _ITEMS_AT_ONCE):
        # The nearest warm items of each cold one by text, [cold, count], and how much each of them counts.
        nearest = (text[cold] @ text[warm].T).topk(count)
        weights = torch.softmax(SHARPNESS * nearest.values, dim=-1)
        # Their vectors' weighted mean, [cold, width].
        lent = (weights[:, :, None] * vectors[warm][nearest.indices]).sum(1)
        blended[cold] = torch.lerp(vectors[cold], lent, NEIGHBOUR_SHARE)
    return blended
