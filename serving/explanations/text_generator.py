"""One text from the first word to the verdict, within its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import NamedTuple, TypeVar

from palate.explain import Attempt, Evidence, TextRequest, WrittenText
from palate.explain.generate.writer import TRIES, judged, source_of
from palate.language import Prompt, Refusal
from serving.explanations.llm_worker import LLMWorker, NoModel, Readiness
from serving.explanations.protocol import Event, Explanation, FallbackReason, PartialText

SEED = 0
"""Draws the words of a first answer; a second one draws others."""

T = TypeVar("T")


class GenerationTask(NamedTuple):
    """A text that is wanted, with everything about it that takes work."""

    evidence: Evidence
    request: TextRequest
    prompt: Prompt


class TextGenerator:
    """Lets a model write, has every answer checked, and gives the template where none may be shown."""

    def __init__(self, writer: LLMWorker | None) -> None:
        """Take the model, if there is one."""
        self._writer = writer

    @property
    def readiness(self) -> Readiness:
        """Whether a language model writes."""
        return self._writer.readiness if self._writer is not None else "off"

    async def text(self, wanted: GenerationTask, deadline: float) -> Explanation:
        """The text alone, before the loop's time `deadline`."""
        async with aclosing(self.events(wanted, deadline)) as events:
            async for event in events:
                if isinstance(event, Explanation):
                    return event
        raise AssertionError("unreachable")

    async def events(self, wanted: GenerationTask, deadline: float) -> AsyncGenerator[Event]:
        """Drafts and rejected attempts on the way, and `Explanation` at the end.

        Whoever leaves earlier closes the generator, which stops the model's work on the text.
        """
        rejected: list[Attempt] = []
        lack: FallbackReason = "rejected"
        try:
            for attempt in range(TRIES):
                async with aclosing(self._attempt(wanted, attempt, deadline)) as heard:
                    async for one in heard:
                        if isinstance(one, str):
                            written = WrittenText(one, source_of(attempt), tuple(rejected))
                            yield Explanation(wanted.evidence, written, None)
                            return
                        rejected += [one] if isinstance(one, Attempt) else []
                        yield one
        except TimeoutError:
            lack = "deadline"
        except NoModel:
            lack = "failed" if self.readiness == "ready" else self.readiness
        template = WrittenText(wanted.request.template, "template", tuple(rejected))
        yield Explanation(wanted.evidence, template, lack)

    async def _attempt(
        self, wanted: GenerationTask, attempt: int, deadline: float
    ) -> AsyncGenerator[PartialText | Attempt | str]:
        """Drafts, and then the text if it may be shown, or what is wrong with it."""
        if self._writer is None:
            raise NoModel
        answer: str | Refusal = ""
        async with aclosing(self._writer.answer(wanted.prompt, SEED + attempt)) as pieces:
            while (piece := await _before(deadline, anext(pieces, None))) is not None:
                if isinstance(piece, Refusal):
                    answer = piece
                    break
                if len(piece.text) > len(answer):
                    yield PartialText(piece.text[len(answer) :])
                answer = piece.text
        yield judged(wanted.request, answer)


async def _before(deadline: float, awaited: Awaitable[T]) -> T:
    """What is awaited; `TimeoutError` if the time is up first."""
    async with asyncio.timeout_at(deadline):
        return await awaited
