"""Batching with a shared prefix: examples as tensors, in which what all prompts begin with is there once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import torch
from torch import Tensor

from palate.language.tuning.examples import TuningExample

IGNORE_LABEL = -100
"""Label of a place at which no token is to be learnt, as PyTorch's cross-entropy has it."""


class TokenBatch(NamedTuple):
    """Tokens of several examples."""

    prefix: Tensor
    """What all of them begin with, int64 [1, prefix]; never a whole prompt, and possibly empty."""
    tokens: Tensor
    """What follows it, without the last token, padded on the right; int64 [examples, width]."""
    mask: Tensor
    """Whether there is a token, of the prefix too: int64 [examples, prefix + width]."""
    labels: Tensor
    """The answer's token to be written behind each token, or `IGNORE_LABEL`; int64 [examples, width]."""


def batch_of(examples: Sequence[TuningExample], device: torch.device) -> TokenBatch:
    """At least one example as a batch."""
    shared = _shared([example.prompt for example in examples])
    # The last token of an answer is written and never read.
    width = max(example.length for example in examples) - shared - 1
    tokens = torch.zeros(len(examples), width, dtype=torch.long)
    mask = torch.zeros(len(examples), shared + width, dtype=torch.long)
    labels = torch.full_like(tokens, IGNORE_LABEL)
    for row, (prompt, answer) in enumerate(examples):
        rest = [*prompt[shared:], *answer[:-1]]
        # The prompt's last token is what the answer's first is written behind.
        first = len(prompt) - shared - 1
        tokens[row, : len(rest)] = torch.tensor(rest)
        mask[row, : shared + len(rest)] = 1
        labels[row, first : first + len(answer)] = torch.tensor(answer)
    prefix = torch.tensor([examples[0].prompt[:shared]], dtype=torch.long)
    return TokenBatch(*(tensor.to(device) for tensor in (prefix, tokens, mask, labels)))


def _shared(prompts: Sequence[list[int]]) -> int:
    """Number of tokens that all prompts begin with; the last token of a prompt is never among them."""
    columns = zip(*(prompt[:-1] for prompt in prompts), strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
