"""Writing with retries: a model's own text, its second try, or the template; all is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from palate.explain.generate.request import TextRequest
from palate.language.prompt import Again, Prompt, Refusal

Source = Literal["own", "retry", "template"]
"""Where a text comes from: the model's first answer, its second one, or no model at all."""

Write = Callable[[Sequence[Prompt], int, Again], object]
"""Asks prompts, drawn with a seed, and tells every answer; such as `palate.language.engine.Engine.write`."""

TRIES = 2


class Attempt(NamedTuple):
    """An answer of the model that may not be shown, and why."""

    text: str
    reasons: tuple[str, ...]


class WrittenText(NamedTuple):
    """A text that may be shown."""

    text: str
    source: Source
    rejected: tuple[Attempt, ...]
    """What the model answered before."""


def write_texts(
    requests: Sequence[TextRequest], write: Write, constrained: bool, seed: int = 0
) -> list[WrittenText]:
    """A text for every request, in their order; what is rejected is asked for once more."""
    rejected: list[list[Attempt]] = [[] for _ in requests]
    written: dict[int, WrittenText] = {}
    prompts = [request.to_prompt(constrained) for request in requests]

    def again(number: int, answer: str | Refusal) -> Prompt | None:
        result, before = judged(requests[number], answer), rejected[number]
        if isinstance(result, Attempt):
            before.append(result)
            return prompts[number] if len(before) < TRIES else None
        written[number] = WrittenText(result, source_of(len(before)), tuple(before))
        return None

    write(prompts, seed, again)
    return [
        written.get(number) or WrittenText(request.template, "template", tuple(rejected[number]))
        for number, request in enumerate(requests)
    ]


def judged(request: TextRequest, answer: str | Refusal) -> str | Attempt:
    """The text, if it may be shown."""
    if isinstance(answer, Refusal):
        return Attempt("", (f"was not written: {answer.reason}",))
    text = answer.strip()
    verdict = request.verdict(text)
    return text if verdict.passed else Attempt(text, verdict.reasons)


def unanswered(written: Sequence[WrittenText]) -> str | None:
    """Why the model answered none of the prompts; None where it answered one, or nothing was asked."""
    attempts = [attempt for text in written for attempt in text.rejected]
    own = any(text.source != "template" for text in written)
    if own or not attempts or any(attempt.text for attempt in attempts):
        return None
    return attempts[-1].reasons[-1]


def source_of(attempt: int) -> Source:
    """What a text of this attempt, from 0, is called."""
    return "own" if attempt == 0 else "retry"
