"""Dropout that draws one byte for each number."""

from __future__ import annotations

import torch
from torch import Tensor, nn

_BYTES = 256
"""Values of a byte."""


class ByteDropout(nn.Module):
    """Sets numbers to 0 with a probability rounded to a 256th, and scales the rest to the same mean.

    On a processor drawing is what dropout costs: with `nn.Dropout` an eighth of a step of the sequence model.
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.passing = max(1, _BYTES - round(_BYTES * probability))

    def forward(self, numbers: Tensor) -> Tensor:
        """Float to the same shape; unchanged when not in training."""
        if not self.training or self.passing == _BYTES:
            return numbers
        count = numbers.numel()
        # Eight bytes are drawn at a time, as one int64.
        chance = torch.empty(-(-count // 8), dtype=torch.int64, device=numbers.device)
        drawn = chance.random_(-(2**63), None).view(torch.uint8)[:count].view(numbers.shape)
        return numbers * (drawn < self.passing).to(numbers.dtype).mul_(_BYTES / self.passing)
