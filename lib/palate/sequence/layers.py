"""The causal transformer layer of the sequence model."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from palate.config import SequenceConfig


class CausalAttention(nn.Module):
    """Multi-head attention to earlier events, with a learned bias for each distance in events."""

    def __init__(self, settings: SequenceConfig) -> None:
        super().__init__()
        self.heads = settings.heads
        self.mix_in = nn.Linear(settings.width, 3 * settings.width)
        self.mix_out = nn.Linear(settings.width, settings.width)
        self.distance_bias = nn.Parameter(torch.zeros(settings.heads, settings.max_events))

    def forward(self, events: Tensor) -> Tensor:
        """Float [users, events, width] to the same shape."""
        users, length, width = events.shape
        query, key, value = self.mix_in(events).view(users, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=self._bias(length)[None])
        joined: Tensor = self.mix_out(mixed.transpose(1, 2).reshape(users, length, width))
        return joined

    def _bias(self, length: int) -> Tensor:
        """Bias [heads, events, events] of each pair by its distance; minus infinity for the future."""
        position = torch.arange(length, device=self.distance_bias.device)
        distance = position[:, None] - position[None, :]
        return self.distance_bias[:, distance.clamp(min=0)].masked_fill(distance < 0, float("-inf"))


class Layer(nn.Module):
    """Attention and a two-layer perceptron, each normalised before and added to its input."""

    def __init__(self, settings: SequenceConfig) -> None:
        super().__init__()
        width = settings.width
        self.attention_norm, self.perceptron_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = CausalAttention(settings)
        self.perceptron = nn.Sequential(
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Dropout(settings.dropout),
            nn.Linear(2 * width, width),
        )
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, events: Tensor) -> Tensor:
        """Float [users, events, width] to the same shape."""
        events = events + self.dropout(self.attention(self.attention_norm(events)))
        changed: Tensor = events + self.dropout(self.perceptron(self.perceptron_norm(events)))
        return changed
