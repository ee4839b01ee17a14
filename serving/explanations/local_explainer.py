"""Explanations in this process: evidence from any release, and the text that is generated about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from palate.explain import WARM_UP, Evidence, TextRequest, WrittenText, explanation_request
from palate.language.load import load_language_model
from palate.language.model import LanguageModel
from palate.live.overlay import Edition, Overlay
from palate.profile import Interest, interest_request, interests_of
from palate.recommender.artefacts import Artefacts
from serving.explanations.llm_worker import LLMWorker, Readiness
from serving.explanations.protocol import (
    Explanation,
    FallbackReason,
    GenerationEvent,
    TextBefore,
    UserContext,
)
from serving.explanations.text_generator import GenerationTask, TextGenerator
from serving.pipeline.edition_cache import EditionCache
from serving.settings import ExplainerSettings

if TYPE_CHECKING:
    from palate.explain.evidence.reader import EvidenceReader

_WAY_BACK_S = 0.15
"""What a template takes to its reader while the processor is busy with other texts."""


class LocalExplainer:
    """Evidence by release, and at most one language model; see `ExplainerProtocol`."""

    def __init__(self, releases: str, settings: ExplainerSettings) -> None:
        """Take the URI of the releases, and what writes; nothing is loaded yet."""
        self._settings = settings
        self._readers = EditionCache(releases, _warm_reader)
        self._worker = LLMWorker(partial(_language_model, settings)) if settings.enabled else None
        self._generator = TextGenerator(self._worker)

    async def start(self) -> None:
        """Have the evidence of the current release ready; a language model is then loaded in the background.

        Not at the same time: templates need no model, and the gateways that start beside it need the cores.
        """
        await self._readers.releases.start()
        if self._worker is not None:
            self._worker.start()

    def close(self) -> None:
        """Let the language model go."""
        if self._worker is not None:
            self._worker.close()

    @property
    def has_broken(self) -> bool:
        """Whether the language model worked once and does no more."""
        return self._worker is not None and self._worker.has_broken

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None:
        await self._readers.extend(edition, since, overlay)

    async def readiness(self) -> Readiness:
        return self._generator.readiness

    async def explain(
        self, context: UserContext, item: int, before: TextBefore | None = None
    ) -> AsyncGenerator[GenerationEvent]:
        deadline = self._deadline()
        task = await self._readers.run(
            context.edition, lambda reader: self._explanation_task(reader, context, item)
        )
        if before is not None and before.evidence.rests_on() == task.evidence.rests_on():
            written = WrittenText(before.text, before.source, ())
            yield Explanation(task.evidence, written, _reason_of(before), from_before=True)
            return
        async with aclosing(self._generator.events(task, deadline)) as events:
            async for event in events:
                yield event

    async def interests(self, context: UserContext) -> list[Interest]:
        return await self._readers.run(
            context.edition,
            lambda reader: interests_of(
                context.inputs.without().history, reader.descriptions, reader.reading
            ),
        )

    async def describe(self, edition: Edition, interests: Sequence[Interest]) -> list[Explanation]:
        deadline = self._deadline()
        tasks = await self._readers.run(edition, lambda reader: self._line_tasks(reader, interests))
        return list(await asyncio.gather(*(self._generator.text(task, deadline) for task in tasks)))

    def _deadline(self) -> float:
        """When a model's answer is given up, so that the template is there in time."""
        return asyncio.get_running_loop().time() + patience(self._settings.deadline_s)

    def _explanation_task(self, reader: EvidenceReader, context: UserContext, item: int) -> GenerationTask:
        evidence = reader.evidence(context.inputs, np.array([item], np.int32))[0]
        if context.language is not None:
            evidence = replace(evidence, language=context.language)
        return self._task(evidence, explanation_request(str(item), evidence, reader.vocabulary, reader.style))

    def _line_tasks(self, reader: EvidenceReader, interests: Sequence[Interest]) -> list[GenerationTask]:
        return [
            self._task(interest.evidence, interest_request(interest, reader.vocabulary, reader.style))
            for interest in interests
        ]

    def _task(self, evidence: Evidence, request: TextRequest) -> GenerationTask:
        return GenerationTask(evidence, request, request.to_prompt(self._settings.language_model.constrained))


def patience(deadline: float) -> float:
    """Seconds that a model is waited for, where the text is to be with its reader in `deadline` seconds."""
    return max(deadline / 2, deadline - _WAY_BACK_S)


def _reason_of(before: TextBefore) -> FallbackReason | None:
    """Why a text from before is a template, if it is one: others are not kept."""
    return "rejected" if before.source == "template" else None


def _warm_reader(artefacts: Artefacts) -> EvidenceReader:
    from palate.explain.evidence.reader import EvidenceReader
    from palate.recommender.recommender import Recommender

    reader = EvidenceReader(Recommender(artefacts))
    reader.warm()
    return reader


def _language_model(settings: ExplainerSettings) -> LanguageModel:
    model = load_language_model(settings.language_model, settings.gpu)
    model.write([WARM_UP])
    return model
