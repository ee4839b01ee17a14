"""Memory of a training: what is computed once more for the gradient instead of being kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.utils.checkpoint import checkpoint
from transformers.modeling_layers import GradientCheckpointingLayer

from palate.encode.padding import Features


def in_parts(passes: Sequence[Features], most: int | None) -> list[Features]:
    """The passes, those of more texts than `most` in parts; their texts stay in order."""
    return [part for features in passes for part in _parts(features, most)]


def _parts(features: Features, most: int | None) -> list[Features]:
    texts = len(features["input_ids"])
    size = most or texts
    return [
        {name: value[first : first + size] if value.ndim else value for name, value in features.items()}
        for first in range(0, texts, size)
    ]


def recomputed(encode: Callable[[Features], Tensor], passes: Sequence[Features], again: bool) -> list[Tensor]:
    """The vectors of each pass, of which no more is kept than them; with `again` the rest is computed twice.

    The gradient goes through one pass after the other, each read again, and is that of the whole batch: so
    in-batch negatives of thousands of texts need the memory of one pass. After Gao et al., "Scaling deep
    contrastive learning batch size under memory limited setup" (RepL4NLP 2021).
    """
    if not again:
        return [encode(features) for features in passes]
    vectors: list[Tensor] = [checkpoint(encode, features, use_reentrant=False) for features in passes]
    return vectors


def checkpoint_layers(model: SentenceTransformer) -> None:
    """From now on keep the inputs of each transformer layer alone, in place."""
    model.gradient_checkpointing_enable({"use_reentrant": False})
    for module in model.modules():
        if isinstance(module, GradientCheckpointingLayer):
            # Layers do so in training alone; the flag of the layer itself, and dropout inside stays off.
            module.training = True
