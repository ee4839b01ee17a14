"""A tiny causal language model with random weights and a vocabulary of its own."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

from tests.support.encoders import SHAPE, make_checkpoint


def make_language_model(folder: Path) -> Path:
    """Write the model and its tokenizer; the folder. Its logits are spread as those of a trained one are."""
    make_checkpoint("qwen3", folder)
    words = len(AutoTokenizer.from_pretrained(folder))
    torch.manual_seed(0)
    config = Qwen3Config(**SHAPE, vocab_size=words, pad_token_id=0, num_key_value_heads=1, head_dim=16)
    model = Qwen3ForCausalLM(config)
    model.lm_head.weight.data *= 50
    model.save_pretrained(folder)
    return folder
