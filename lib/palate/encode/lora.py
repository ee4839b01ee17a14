"""LoRA: low-rank adapters (Hu et al., ICLR 2022) for encoders too large to train whole."""

from __future__ import annotations

from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from sentence_transformers import SentenceTransformer
from torch import nn


def add_adapters(model: SentenceTransformer, rank: int) -> None:
    """Freeze the model and add trainable adapters of this rank to all its linear layers, in place.

    All of them, so that nothing has to be known of what an architecture calls its projections.
    """
    model.requires_grad_(False)
    settings = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    inject_adapter_in_model(settings, model.get_submodule("0").get_submodule("model"))


def merge_adapters(model: nn.Module, share: float = 1.0) -> None:
    """Add `share` (0 to 1) of the adapters to their weights and take them out, in place; fine without any."""
    adapted = [(name, module) for name, module in model.named_modules() if isinstance(module, LoraLayer)]
    for name, module in adapted:
        # The adapter's wrapper gives way to the layer that it wraps.
        module.scale_layer(share)
        module.merge()
        parent, _, child = name.rpartition(".")
        setattr(model.get_submodule(parent), child, module.get_base_layer())
