"""The thread that writes and what is made of its answers, with an engine that a test tells what to say."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

import pytest

from palate.errors import PalateError
from palate.explain import Attempt, Evidence, TextRequest, Verdict
from palate.language import Prompt, Refusal
from palate.language.model import GeneratedPiece, LanguageModel
from serving.explanations.llm_worker import LLMWorker, NoModel
from serving.explanations.protocol import Explanation, GenerationEvent, PartialText
from serving.explanations.text_generator import GenerationTask, TextGenerator

T = TypeVar("T")
STUCK = "stuck"
"""A prompt whose answer never ends."""


class Script(LanguageModel):
    """Answers a prompt by its words, a word a step: every second try in capitals."""

    def __init__(self) -> None:
        super().__init__()
        self.left: dict[str, tuple[str, list[str]]] = {}
        self.stopped: list[str] = []
        self.most = 0
        self.breaks = False

    @property
    def is_busy(self) -> bool:
        return bool(self.left)

    def start(self, id_: str, prompt: Prompt, seed: int, whole: bool = False) -> Refusal | None:
        if prompt.text == "too long":
            return Refusal("is too long")
        words = prompt.text.upper() if seed else prompt.text
        self.left[id_] = ("", words.split(" "))
        self.most = max(self.most, len(self.left))
        return None

    def step(self) -> list[GeneratedPiece]:
        if self.breaks:
            raise RuntimeError("out of memory")
        return [self._next(id_) for id_ in list(self.left)]

    def stop(self, id_: str) -> None:
        del self.left[id_]
        self.stopped.append(id_)

    def _next(self, id_: str) -> GeneratedPiece:
        text, words = self.left[id_]
        if words == [STUCK]:
            return GeneratedPiece(id_, text, False)
        text = f"{text} {words.pop(0)}".strip()
        self.left[id_] = (text, words)
        if not words:
            del self.left[id_]
        return GeneratedPiece(id_, text, not words)


def task_of(words: str, passes: Callable[[str], bool] = lambda _: True) -> GenerationTask:
    """A text whose prompt is these words."""

    def verdict(text: str) -> Verdict:
        return Verdict(True, ()) if passes(text) else Verdict(False, ("is untrue",))

    request = TextRequest("t", words, "", verdict, "Template.")
    return GenerationTask(Evidence(recommended=None), request, request.to_prompt(constrained=False))  # type: ignore[arg-type]


def with_worker(engine: Script, scenario: Callable[[LLMWorker], Coroutine[Any, Any, T]]) -> T:
    """What a scenario comes to with a worker that is ready."""
    worker = LLMWorker(lambda: engine)
    worker.start()

    async def run_it() -> T:
        while worker.readiness == "loading":
            await asyncio.sleep(0)
        return await scenario(worker)

    try:
        return asyncio.run(run_it())
    finally:
        worker.close()


async def events_of(
    generator: TextGenerator, task: GenerationTask, seconds: float = 60
) -> list[GenerationEvent]:
    deadline = asyncio.get_running_loop().time() + seconds
    return [event async for event in generator.events(task, deadline)]


def ending(events: list[GenerationEvent]) -> tuple[str, str, str | None]:
    last = events[-1]
    assert isinstance(last, Explanation)
    return last.written.text, last.written.source, last.fallback_reason


def test_drafts_add_up_to_the_text() -> None:
    events = with_worker(
        Script(), lambda worker: events_of(TextGenerator(worker), task_of("You liked Heat."))
    )
    assert "".join(event.text for event in events if isinstance(event, PartialText)) == "You liked Heat."
    assert ending(events) == ("You liked Heat.", "own", None)


def test_what_is_rejected_is_asked_for_once_more() -> None:
    events = with_worker(
        Script(), lambda worker: events_of(TextGenerator(worker), task_of("so it is", str.isupper))
    )
    assert [event for event in events if isinstance(event, Attempt)] == [Attempt("so it is", ("is untrue",))]
    assert ending(events) == ("SO IT IS", "retry", None)


def test_after_two_rejections_there_is_the_template() -> None:
    events = with_worker(
        Script(), lambda worker: events_of(TextGenerator(worker), task_of("so", lambda _: False))
    )
    assert sum(isinstance(event, Attempt) for event in events) == 2
    assert ending(events) == ("Template.", "template", "rejected")


def test_a_prompt_that_cannot_be_answered_leads_to_the_template() -> None:
    events = with_worker(Script(), lambda worker: events_of(TextGenerator(worker), task_of("too long")))
    assert events[0] == Attempt("", ("was not written: is too long",))
    assert ending(events) == ("Template.", "template", "rejected")


def test_when_time_is_up_there_is_the_template_and_the_work_stops() -> None:
    script = Script()

    async def scenario(worker: LLMWorker) -> list[GenerationEvent]:
        events = await events_of(TextGenerator(worker), task_of(f"and then {STUCK}"), seconds=0.05)
        while not script.stopped:
            await asyncio.sleep(0)
        return events

    assert ending(with_worker(script, scenario)) == ("Template.", "template", "deadline")
    assert script.left == {}


def test_who_leaves_stops_the_work() -> None:
    script = Script()

    async def scenario(worker: LLMWorker) -> None:
        async with aclosing(TextGenerator(worker).events(task_of(f"once {STUCK}"), float("inf"))) as events:
            assert await anext(events) == PartialText("once")
        while not script.stopped:
            await asyncio.sleep(0)

    with_worker(script, scenario)
    assert script.left == {}


def test_prompts_that_come_while_others_are_in_work_join_them() -> None:
    script = Script()

    async def scenario(worker: LLMWorker) -> list[tuple[str, str, str | None]]:
        generator = TextGenerator(worker)
        stuck = generator.events(task_of(f"first {STUCK}"), float("inf"))
        await anext(stuck)
        others = await asyncio.gather(
            *(events_of(generator, task_of(f"text {number}")) for number in range(20))
        )
        await stuck.aclose()
        return [ending(events) for events in others]

    assert with_worker(script, scenario) == [(f"text {number}", "own", None) for number in range(20)]
    assert script.most > 1


def test_until_the_model_is_loaded_there_are_templates() -> None:
    loaded, script = threading.Event(), Script()

    def load() -> Script:
        loaded.wait()
        return script

    worker = LLMWorker(load)
    worker.start()
    assert ending(asyncio.run(events_of(TextGenerator(worker), task_of("words")))) == (
        "Template.",
        "template",
        "loading",
    )
    loaded.set()
    worker.close()


def test_a_model_is_not_loaded_before_the_start() -> None:
    loads: list[Script] = []

    def load() -> Script:
        loads.append(Script())
        return loads[-1]

    async def scenario() -> str:
        worker = LLMWorker(load)
        assert ending(await events_of(TextGenerator(worker), task_of("words")))[2] == "loading"
        assert not loads
        worker.start()
        while worker.readiness == "loading":
            await asyncio.sleep(0)
        worker.close()
        return worker.readiness

    assert asyncio.run(scenario()) == "ready"


def test_a_model_that_cannot_be_loaded_is_told_and_there_are_templates(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def load() -> Script:
        raise PalateError("vLLM is not installed")

    async def scenario() -> list[GenerationEvent]:
        worker = LLMWorker(load)
        worker.start()
        while worker.readiness == "loading":
            await asyncio.sleep(0)
        assert not worker.has_broken
        return await events_of(TextGenerator(worker), task_of("words"))

    assert ending(asyncio.run(scenario())) == ("Template.", "template", "failed")
    assert "vLLM is not installed" in caplog.text


def test_a_model_that_breaks_leaves_nobody_waiting() -> None:
    script = Script()

    async def scenario(worker: LLMWorker) -> list[tuple[str, str, str | None]]:
        generator = TextGenerator(worker)
        waiting = [asyncio.create_task(events_of(generator, task_of(f"word {STUCK}"))) for _ in range(3)]
        await asyncio.sleep(0)
        script.breaks = True
        ends = [ending(await task) for task in waiting]
        assert worker.has_broken
        with pytest.raises(NoModel):
            await anext(worker.answer(Prompt("more"), 0))
        return ends

    assert with_worker(script, scenario) == [("Template.", "template", "failed")] * 3


def test_without_a_model_there_are_templates() -> None:
    assert ending(asyncio.run(events_of(TextGenerator(None), task_of("words")))) == (
        "Template.",
        "template",
        "off",
    )
