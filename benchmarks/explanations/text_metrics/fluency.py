"""How a language model likes texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

from palate.language.weights import model_path_or_id

AT_ONCE = 16
"""Texts in a batch."""


def perplexities(texts: Sequence[str], model: str) -> NDArray[np.float64]:
    """Perplexity of each text under a causal language model, float64 [texts].

    exp(- mean over the tokens t_i of log p(t_i | t_1 ... t_i-1)), with a beginning sign before t_1
    """
    source = model_path_or_id(model)
    tokenizer = AutoTokenizer.from_pretrained(source)
    network: torch.nn.Module = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
    begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    rows = [[begin, *tokenizer.encode(text, add_special_tokens=False)] for text in texts]
    found = []
    for first in range(0, len(rows), AT_ONCE):
        found += _perplexities(network, rows[first : first + AT_ONCE])
    return np.array(found)


def _perplexities(network: torch.nn.Module, rows: Sequence[list[int]]) -> list[float]:
    width = max(map(len, rows))
    tokens = torch.tensor([[*row, *[row[0]] * (width - len(row))] for row in rows])
    there = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    with torch.no_grad():
        scores = network(input_ids=tokens, attention_mask=there).logits
    losses = cross_entropy(scores[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")
    wanted = there[:, 1:]
    means = (losses * wanted).sum(1) / wanted.sum(1).clamp(min=1)
    return [float(value) for value in means.exp()]
