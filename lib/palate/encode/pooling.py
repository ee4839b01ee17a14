"""Pooling: which of a text's tokens become its vector, where a checkpoint does not say."""

from __future__ import annotations

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling


def read_last_token_of_decoder(model: SentenceTransformer) -> None:
    """Take the last token's state of a bare decoder, in place; a model that says how it pools is left.

    In a decoder each token sees those before it alone, so that only the last one has seen the whole text.
    sentence-transformers does so for a checkpoint with a language model's head, and takes the mean of one
    without.
    """
    if model.module_kwargs or not _is_causal(model):  # it came with a list of modules, or reads both ways
        return
    for module in model:
        if isinstance(module, Pooling):
            module.pooling_mode = "lasttoken"


def _is_causal(model: SentenceTransformer) -> bool:
    return any(getattr(module, "is_causal", False) for module in model.modules())
