"""Pass rate: how often a language model's first sentences may be shown, with and without a grammar."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import ray
from ray.exceptions import RayTaskError

from palate.config import LanguageModelConfig
from palate.config.run import ResourcesConfig
from palate.errors import PalateError
from palate.explain.generate.first_pass_rate import first_pass_rate
from palate.explain.generate.request import TextRequest
from palate.language import Prompt, Refusal
from palate.language.load import load_language_model


def pass_rates(
    model: LanguageModelConfig, requests: Sequence[TextRequest], resources: ResourcesConfig, seed: int
) -> dict[str, Any]:
    """Shares of first answers that may be shown: with free choice of words, and among true sentences."""
    # A worker of its own, which ends afterwards and gives the engine's memory back.
    write = ray.remote(max_calls=1, num_cpus=1, num_gpus=int(resources.gpu))(_answers)
    prompts = [request.to_prompt(constrained) for constrained in (False, True) for request in requests]
    try:
        answers, seconds = ray.get(write.remote(model, prompts, seed, resources.gpu))
    except RayTaskError as error:
        if isinstance(error.cause, PalateError):  # a mistake of the user; where it was noticed is no matter
            raise error.cause from None
        raise
    parts = {"free": answers[: len(requests)], "constrained": answers[len(requests) :]}
    rates = {name: first_pass_rate(requests, part)._asdict() for name, part in parts.items()}
    return {**rates, "engine_seconds": seconds}


def _answers(
    model: LanguageModelConfig, prompts: list[Prompt], seed: int, gpu: bool
) -> tuple[list[str | Refusal], float]:
    """Answers of an engine, and the seconds that it took to come up and write them."""
    began = time.monotonic()
    answers = load_language_model(model, gpu).write(prompts, seed)
    return answers, round(time.monotonic() - began, 1)
