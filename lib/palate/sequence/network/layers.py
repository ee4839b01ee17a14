"""Causal self-attention layers of the sequence model: transformer, LiGR and HSTU."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from palate.config import SequenceConfig
from palate.sequence.network.dropout import ByteDropout


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
        # Each [users, heads, events, width of a head].
        query, key, value = self.mix_in(events).view(users, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=self._bias(length)[None])
        joined: Tensor = self.mix_out(mixed.transpose(1, 2).reshape(users, length, width))
        return joined

    def _bias(self, length: int) -> Tensor:
        """Bias [heads, events, events] of each pair by its distance; minus infinity for the future."""
        distance = _distances(length, self.distance_bias.device)
        return self.distance_bias[:, distance.clamp(min=0)].masked_fill(distance < 0, float("-inf"))


def _distances(length: int, device: torch.device) -> Tensor:
    """How many events each event comes after each other one, int64 [events, events]; less than 0: before."""
    position = torch.arange(length, device=device)
    return position[:, None] - position[None, :]


class TransformerLayer(nn.Module):
    """Attention and a two-layer perceptron, each normalised before and added to its input."""

    def __init__(self, settings: SequenceConfig) -> None:
        super().__init__()
        width = settings.width
        self.attention_norm, self.perceptron_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = CausalAttention(settings)
        self.perceptron = nn.Sequential(
            nn.Linear(width, 2 * width),
            nn.GELU(),
            ByteDropout(settings.dropout),
            nn.Linear(2 * width, width),
        )
        self.dropout = ByteDropout(settings.dropout)

    def forward(self, events: Tensor) -> Tensor:
        """Float [users, events, width] to the same shape."""
        events = events + self.dropout(self.attention(self.attention_norm(events)))
        changed: Tensor = events + self.dropout(self.perceptron(self.perceptron_norm(events)))
        return changed


class LigrLayer(nn.Module):
    """A transformer layer in which a learned gate says how much of each part is added.

    x + sigmoid(W x) attention(norm x), then the same with a SwiGLU perceptron. Borisyuk et al., "From
    features to transformers: redefining ranking for scalable impact", 2025 (LiGR), as in eSASRec
    (Tikhonovich et al., RecSys 2025).
    """

    def __init__(self, settings: SequenceConfig) -> None:
        super().__init__()
        width = settings.width
        self.attention_norm, self.perceptron_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention_gate, self.perceptron_gate = nn.Linear(width, width), nn.Linear(width, width)
        self.attention = CausalAttention(settings)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(2 * width, width)
        self.dropout = ByteDropout(settings.dropout)

    def forward(self, events: Tensor) -> Tensor:
        """Float [users, events, width] to the same shape."""
        mixed = self.dropout(self.attention(self.attention_norm(events)))
        events = events + torch.sigmoid(self.attention_gate(events)) * mixed
        value, gate = self.widen(self.perceptron_norm(events)).chunk(2, dim=-1)
        narrowed = self.dropout(self.narrow(self.dropout(F.silu(gate) * value)))
        changed: Tensor = events + torch.sigmoid(self.perceptron_gate(events)) * narrowed
        return changed


class HstuLayer(nn.Module):
    """Pointwise attention whose result is gated: no softmax, no perceptron.

    silu(q k / sqrt(d) + bias) v, divided by the number of events so far, normalised, times silu(u). Zhai et
    al., "Actions speak louder than words: trillion-parameter sequential transducers for generative
    recommendations", ICML 2024. The gap between events is in the input instead of in the bias.
    """

    def __init__(self, settings: SequenceConfig) -> None:
        super().__init__()
        width = settings.width
        self.heads = settings.heads
        self.norm, self.mixed_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix_in, self.mix_out = nn.Linear(width, 4 * width), nn.Linear(width, width)
        self.distance_bias = nn.Parameter(torch.zeros(settings.heads, settings.max_events))
        self.dropout = ByteDropout(settings.dropout)

    def forward(self, events: Tensor) -> Tensor:
        """Float [users, events, width] to the same shape."""
        users, length, width = events.shape
        gate, *parts = F.silu(self.mix_in(self.norm(events))).chunk(4, dim=-1)
        # Each [users, heads, events, width of a head].
        query, key, value = (part.view(users, length, self.heads, -1).transpose(1, 2) for part in parts)
        # What each event hears of each, [users, heads, events, events]: nothing of those after it.
        distance = _distances(length, events.device)
        bias = self.distance_bias[:, distance.clamp(min=0)]
        heard = F.silu(query @ key.transpose(-1, -2) / math.sqrt(width / self.heads) + bias) * (distance >= 0)
        # The distance from the first event is how many came before.
        mixed = (heard / (distance[:, :1] + 1)) @ value
        joined = self.mixed_norm(mixed.transpose(1, 2).reshape(users, length, width))
        changed: Tensor = events + self.dropout(self.mix_out(joined * gate))
        return changed


LAYERS: dict[str, type[nn.Module]] = {
    "transformer": TransformerLayer,
    "ligr": LigrLayer,
    "hstu": HstuLayer,
}
"""By the names that `sequence.layer_kind` may have."""
