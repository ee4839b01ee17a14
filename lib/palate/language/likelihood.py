"""Likelihood of continuations under a language model: no generation, and the prefix is read once for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from palate.config.explain import LanguageModelConfig
from palate.errors import PalateError
from palate.language.engine import dtype_of
from palate.language.weights import model_path_or_id

Values = NDArray[np.float64]


class ContinuationLikelihood:
    """log P(continuation | prefix), by transformers and with the attention cache of the prefix.

    vLLM keeps no cache of a prompt whose log-probabilities are asked for, so there each continuation would
    read the prefix again. Not for several threads at once.
    """

    def __init__(self, settings: LanguageModelConfig, device: str = "cpu") -> None:
        """Load the model; `PalateError` for one that cannot be loaded."""
        from transformers import AutoModelForCausalLM, AutoTokenizer

        source = model_path_or_id(settings.model)
        dtype = getattr(torch, dtype_of(settings, gpu=device != "cpu"))
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(source)
            loaded: Any = AutoModelForCausalLM.from_pretrained(source, dtype=dtype)
        except (OSError, ValueError) as error:
            raise PalateError(f"The language model {settings.model} cannot be loaded: {error}") from error
        self._model, self._device = loaded.to(device).eval(), device
        bos, eos = self._tokenizer.bos_token_id, self._tokenizer.eos_token_id
        self._begin: int = eos if bos is None else bos

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, without special ones."""
        return len(self._tokens(text))

    @torch.inference_mode()
    def __call__(self, prefix: str, continuations: Sequence[str]) -> Values:
        """Sum over the tokens of each continuation, float64 [continuations]; 0 for an empty one.

        A continuation is cut into tokens by itself, so that the tokens of the prefix are the same for all.
        """
        tokens = [self._tokens(text) for text in continuations]
        if not any(tokens):
            return np.zeros(len(tokens))
        # Of the prefix the last logits alone are read; those of a large vocabulary would cost as much again.
        prefix_tokens = self._rows([[self._begin, *self._tokens(prefix)]])
        read = self._model(prefix_tokens, use_cache=True, logits_to_keep=1)
        cache = read.past_key_values
        length, longest = cache.get_seq_length(), max(map(len, tokens))
        cache.batch_repeat_interleave(len(tokens))
        # Continuations padded at their ends, [n, longest]; the mask is over the prefix too.
        padded = self._rows([row + [self._begin] * (longest - len(row)) for row in tokens])
        is_real = self._rows([[1] * len(row) + [0] * (longest - len(row)) for row in tokens])
        mask = torch.cat([torch.ones_like(is_real[:, :1]).expand(-1, length), is_real], dim=1)
        given = self._model(padded, attention_mask=mask, past_key_values=cache, use_cache=True).logits
        # What foretells each token is the logits before it, [n, longest, words].
        before = torch.cat([read.logits[:, -1:].expand(len(tokens), -1, -1), given[:, :-1]], dim=1)
        of_words = torch.log_softmax(before.float(), dim=-1)
        of_tokens = of_words.gather(2, padded[:, :, None])[:, :, 0] * is_real
        likelihoods: Values = of_tokens.sum(dim=1).double().cpu().numpy()
        return likelihoods

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return tokens

    def _rows(self, rows: list[list[int]]) -> torch.Tensor:
        return torch.tensor(rows, dtype=torch.long, device=self._device)
