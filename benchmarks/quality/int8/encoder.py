"""The text encoder with weights of a byte each, beside the encoder as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.quality.command import markdown
from jobs.runtime.stage_inputs import catalogue
from palate.config import Config
from palate.encode import TextEncoder, load_encoder, to_int8
from palate.schema import TEXT
from palate.sequence import MovingAverage

HEADING = (
    "| encoder | texts a second | cosine with the vector as it was, mean (least) "
    "| NDCG@10 of the moving average |"
)


def encoders(config: Config, ndcg: Callable[[MovingAverage], float]) -> dict[str, Any]:
    """Speed, and how well a moving average of each one's vectors finds the validation events."""
    torch.set_num_threads(config.resources.threads)
    texts = catalogue(config)[TEXT].to_pylist()
    plain = load_encoder(config.encoder.model, config.encoder)
    exact, seconds = _encoded(plain, texts)
    rounded, seconds_of_bytes = _encoded(to_int8(plain), texts)
    return {
        name: {
            "texts_a_second": round(len(texts) / spent, 1),
            "cosine": [round(float(value), 4) for value in (np.mean(near), np.min(near))],
            "ndcg@10": ndcg(MovingAverage(vectors, config.sequence.recency_rate)),
        }
        for name, vectors, spent in (("float32", exact, seconds), ("int8", rounded, seconds_of_bytes))
        for near in [(vectors * exact).sum(1)]
    }


def table(found: dict[str, Any]) -> str:
    """As Markdown."""
    rows = [
        f"| {name} | {one['texts_a_second']:.0f} | {one['cosine'][0]:.3f} ({one['cosine'][1]:.3f}) "
        f"| {one['ndcg@10']:.4f} |"
        for name, one in found.items()
    ]
    return markdown(HEADING, rows)


def _encoded(encoder: TextEncoder, texts: list[str]) -> tuple[NDArray[np.float32], float]:
    encoder.encode(texts[:64])  # the first batch is slow
    began = time.perf_counter()
    vectors = encoder.encode(texts)
    return vectors, time.perf_counter() - began
