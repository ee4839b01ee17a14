"""Contrastive loss (InfoNCE) with in-batch negatives and the logQ correction: that of the text encoder."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def contrastive_loss(
    anchors: Tensor,
    positives: Tensor,
    anchor_items: Tensor,
    positive_items: Tensor,
    log_popularity: Tensor,
    temperature: float,
) -> Tensor:
    """Mean in-batch softmax loss with the log-popularity correction; a scalar.

    For pair i the logit of candidate j is `cos(a_i, p_j) / temperature - log q(j)`, where q(j) is the
    share of events that item j has: popular items turn up as negatives more often, and would otherwise
    be pushed away for that alone (Yi et al., "Sampling-bias-corrected neural modeling for large corpus
    item recommendations", RecSys 2019). A candidate that is the same item as the anchor or as the
    pair's own positive is no negative.

    Args:
        anchors: unit vectors, float [pairs, width].
        positives: unit vectors, float [pairs, width].
        anchor_items: catalogue indices, int64 [pairs].
        positive_items: catalogue indices, int64 [pairs].
        log_popularity: log q, float [items].
        temperature: divides the cosines.
    """
    logits = anchors @ positives.T / temperature - log_popularity[positive_items]
    # Candidates that are no negatives of the anchor, bool [pairs, pairs].
    same_positive = positive_items[:, None] == positive_items[None, :]
    same_anchor = anchor_items[:, None] == positive_items[None, :]
    own = torch.eye(len(anchors), dtype=torch.bool, device=anchors.device)
    logits = logits.masked_fill((same_positive | same_anchor) & ~own, float("-inf"))
    return F.cross_entropy(logits, torch.arange(len(anchors), device=anchors.device))
