"""BERTScore with any encoder: words are compared by what they mean where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.encode import TextEncoder

Vectors = NDArray[np.float32]


def bert_scores(encoder: TextEncoder, texts: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
    """F1 of each text against its reference, float64 [texts].

        P = mean over the text's tokens of the greatest cosine with a token of the reference
        R = the same with text and reference exchanged
        F1 = 2 P R / (P + R)

    Tokens are those of the encoder's last layer without the special ones; neither weighted by their rarity
    nor rescaled. Zhang et al., "BERTScore: Evaluating Text Generation with BERT", ICLR 2020.
    """
    pairs = zip(token_vectors(encoder, texts), token_vectors(encoder, references), strict=True)
    return np.array([_f1(*pair) for pair in pairs])


def token_vectors(encoder: TextEncoder, texts: Sequence[str]) -> list[Vectors]:
    """Unit vectors of the tokens of each text, float32 [tokens, width]."""
    found = encoder.model.encode(
        list(texts), output_value="token_embeddings", batch_size=encoder.batch_size, show_progress_bar=False
    )
    return [_unit(np.asarray(tokens.float().cpu(), np.float32)[1:-1]) for tokens in found]


def _f1(text: Vectors, reference: Vectors) -> float:
    if not len(text) or not len(reference):
        return 0.0
    cosines = text @ reference.T
    precision, recall = float(cosines.max(1).mean()), float(cosines.max(0).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def _unit(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit
