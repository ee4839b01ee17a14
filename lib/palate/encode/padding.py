"""Padding: tokenised texts in two passes, the long ones and the short ones, each no wider than it must be."""

from __future__ import annotations

import torch
from torch import Tensor

Features = dict[str, Tensor]
"""What a model reads of some texts, by its name for it; int64 [texts, tokens]."""


def split_by_length(features: Features, texts: int) -> tuple[list[Features], Tensor]:
    """The `texts` in one pass or two, and the rows that bring their vectors back into order, int64 [texts].

    One text of 29 tokens makes 29 of each of its batch, where the usual one has 12. Two passes save two
    thirds of that padding; more than two save little more, and each has costs of its own.
    """
    mask = features.get("attention_mask")
    if mask is None or any(value.shape != mask.shape for value in features.values()):
        return [features], torch.arange(texts)
    lengths, order = mask.sum(1).sort(descending=True, stable=True)
    cut = _cut(lengths)
    passes = (order[:cut], order[cut:])
    return [_trimmed(features, rows) for rows in passes if len(rows)], order.argsort()


def _cut(lengths: Tensor) -> int:
    """How many of the longest texts to set apart so that the tokens, padding and all, are fewest."""
    long = torch.arange(len(lengths), device=lengths.device)
    tokens = lengths[0] * long + lengths * (len(lengths) - long)
    return int(tokens.argmin())


def _trimmed(features: Features, rows: Tensor) -> Features:
    """Some of the texts, without the columns in which all of them are padding, be it on the left or right."""
    used = features["attention_mask"][rows].any(0)
    return {name: value[rows][:, used] for name, value in features.items()}
