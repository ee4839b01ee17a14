"""Text generation with retries: one text from the first token to the verdict, before its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import NamedTuple, TypeVar

from palate.explain import Attempt, Evidence, TextRequest, WrittenText
from palate.explain.generate.writer import TRIES, judged, source_of
from palate.language import Prompt, Refusal
from serving.explanations.llm_worker import LLMWorker, NoModel, Readiness
from serving.explanations.protocol import Explanation, FallbackReason, GenerationEvent, PartialText

FIRST_SEED = 0
"""Draws the words of a first answer; a second one draws others."""

Result = TypeVar("Result")


class GenerationTask(NamedTuple):
    """A text that is to be written, with everything about it that takes work."""

    evidence: Evidence
    request: TextRequest
    prompt: Prompt


class TextGenerator:
    """Lets a model write, has every answer checked, and gives the template where none may be shown."""

    def __init__(self, worker: LLMWorker | None) -> None:
        """Take the model, if there is one."""
        self._worker = worker

    @property
    def readiness(self) -> Readiness:
        """Whether a language model writes."""
        return self._worker.readiness if self._worker is not None else "off"

    async def text(self, task: GenerationTask, deadline: float) -> Explanation:
        """The text alone, before the loop's time `deadline`."""
        async with aclosing(self.events(task, deadline)) as events:
            async for event in events:
                if isinstance(event, Explanation):
                    return event
        raise AssertionError("unreachable")

    async def events(self, task: GenerationTask, deadline: float) -> AsyncGenerator[GenerationEvent]:
        """Drafts and rejected attempts on the way, and `Explanation` at the end.

        Whoever leaves earlier closes the generator, which stops the model's work on the text.
        """
        rejected: list[Attempt] = []
        fallback_reason: FallbackReason = "rejected"
        try:
            for attempt in range(TRIES):
                async with aclosing(self._attempt(task, attempt, deadline)) as outcomes:
                    async for outcome in outcomes:
                        if isinstance(outcome, str):
                            written = WrittenText(outcome, source_of(attempt), tuple(rejected))
                            yield Explanation(task.evidence, written, None)
                            return
                        rejected += [outcome] if isinstance(outcome, Attempt) else []
                        yield outcome
        except TimeoutError:
            fallback_reason = "deadline"
        except NoModel:
            fallback_reason = "failed" if self.readiness == "ready" else self.readiness
        template = WrittenText(task.request.template, "template", tuple(rejected))
        yield Explanation(task.evidence, template, fallback_reason)

    async def _attempt(
        self, task: GenerationTask, attempt: int, deadline: float
    ) -> AsyncGenerator[PartialText | Attempt | str]:
        """Drafts, and then the text if it may be shown, or what is wrong with it."""
        if self._worker is None:
            raise NoModel
        answer: str | Refusal = ""
        async with aclosing(self._worker.answer(task.prompt, FIRST_SEED + attempt)) as pieces:
            while (piece := await _before(deadline, anext(pieces, None))) is not None:
                if isinstance(piece, Refusal):
                    answer = piece
                    break
                if len(piece.text) > len(answer):
                    yield PartialText(piece.text[len(answer) :])
                answer = piece.text
        yield judged(task.request, answer)


async def _before(deadline: float, awaited: Awaitable[Result]) -> Result:
    """What is awaited; `TimeoutError` if the time is up first."""
    async with asyncio.timeout_at(deadline):
        return await awaited
