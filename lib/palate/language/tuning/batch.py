"""Examples of one batch as tensors; what their prompts begin with is there only once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import torch
from torch import Tensor

from palate.language.tuning.examples import TuningExample

UNWANTED = -100
"""Stands where no token is to be learnt, as PyTorch's cross-entropy has it."""


class TokenBatch(NamedTuple):
    """Tokens of several examples."""

    prefix: Tensor
    """What all of them begin with, int64 [1, prefix]; never a whole prompt, and possibly empty."""
    tokens: Tensor
    """What follows it, without the last token, padded on the right; int64 [examples, width]."""
    mask: Tensor
    """Whether there is a token, of the prefix too: int64 [examples, prefix + width]."""
    wanted: Tensor
    """The answer's token that is to be written behind each token, or `UNWANTED`; int64 [examples, width]."""


def batch_of(examples: Sequence[TuningExample], device: torch.device) -> TokenBatch:
    """At least one example as a batch."""
    shared = _shared([each.prompt for each in examples])
    width = max(each.length for each in examples) - shared - 1
    tokens = torch.zeros(len(examples), width, dtype=torch.long)
    mask = torch.zeros(len(examples), shared + width, dtype=torch.long)
    wanted = torch.full_like(tokens, UNWANTED)
    for row, (prompt, answer) in enumerate(examples):
        rest = [*prompt[shared:], *answer[:-1]]
        first = len(prompt) - shared - 1
        tokens[row, : len(rest)] = torch.tensor(rest)
        mask[row, : shared + len(rest)] = 1
        wanted[row, first : first + len(answer)] = torch.tensor(answer)
    prefix = torch.tensor([examples[0].prompt[:shared]], dtype=torch.long)
    return TokenBatch(*(tensor.to(device) for tensor in (prefix, tokens, mask, wanted)))


def _shared(prompts: Sequence[list[int]]) -> int:
    """Number of tokens that all prompts begin with; the last token of a prompt is never among them."""
    columns = zip(*(prompt[:-1] for prompt in prompts), strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
