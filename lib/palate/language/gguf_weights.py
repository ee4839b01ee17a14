"""GGUF weights: unpacked into the folder that engines and transformers load."""

from __future__ import annotations

from pathlib import Path


def unpack_gguf(source: Path, target: Path) -> None:
    """Write the weights of a file in bfloat16, with the tokenizer and its chat template."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    packed = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    settings = packed.config
    # Packed weights cannot be saved, so a fresh model of the same shape takes them.
    vars(settings).pop("quantization_config", None)
    settings.architectures = [type(packed).__name__]
    model = type(packed)(settings)
    model.load_state_dict(packed.state_dict())
    model.bfloat16().save_pretrained(target)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(target)
