"""Continuous batching: a language model in its own thread works on all prompts at once, token by token."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from itertools import count
from typing import Literal, NamedTuple

from palate.errors import PalateError
from palate.language import Prompt, Refusal
from palate.language.model import GeneratedPiece, LanguageModel

log = logging.getLogger("ray.serve")

Readiness = Literal["off", "loading", "ready", "failed"]
"""Whether a language model writes: there is none, not yet, yes, or it cannot be loaded or broke."""


class NoModel(Exception):
    """No language model answers now; why is in `LLMWorker.readiness`."""


class _GenerationJob(NamedTuple):
    id: str
    prompt: Prompt
    seed: int
    loop: asyncio.AbstractEventLoop
    messages: asyncio.Queue[GeneratedPiece | Refusal | None]
    """What comes of it; None if the model breaks."""

    def tell(self, message: GeneratedPiece | Refusal | None) -> None:
        """From the thread to whoever waits."""
        with suppress(RuntimeError):  # their loop has ended, so nobody waits
            self.loop.call_soon_threadsafe(self.messages.put_nowait, message)


class LLMWorker:
    """Prompts come in at any time and join the batch at the next token."""

    def __init__(self, load: Callable[[], LanguageModel]) -> None:
        """Take what loads the model, which may take as long as it needs."""
        self.readiness: Readiness = "loading"
        self.has_broken = False
        """Whether it was ready once and failed then."""
        self._orders: queue.SimpleQueue[_GenerationJob | str | None] = queue.SimpleQueue()
        self._jobs: dict[str, _GenerationJob] = {}
        self._ids = count()
        # A daemon, so that a process that ends in a hurry does not wait for the model.
        self._thread = threading.Thread(target=self._run, args=(load,), name="writer", daemon=True)

    def start(self) -> None:
        """Load the model in the background; it counts as loading before, too."""
        self._thread.start()

    async def answer(self, prompt: Prompt, seed: int) -> AsyncGenerator[GeneratedPiece | Refusal]:
        """The answer as it grows. To leave before its end gives it up; `NoModel` if no model is ready."""
        if self.readiness != "ready":
            raise NoModel
        messages: asyncio.Queue[GeneratedPiece | Refusal | None] = asyncio.Queue()
        job = _GenerationJob(
            id=str(next(self._ids)),
            prompt=prompt,
            seed=seed,
            loop=asyncio.get_running_loop(),
            messages=messages,
        )
        self._orders.put(job)
        try:
            while (message := await messages.get()) is not None:
                yield message
                if isinstance(message, Refusal) or message.finished:
                    return
            raise NoModel
        finally:
            self._orders.put(job.id)

    def close(self) -> None:
        """End the thread after the token in work."""
        self._orders.put(None)

    def _run(self, load: Callable[[], LanguageModel]) -> None:
        try:
            engine = load()
            self.readiness = "ready"
            log.info("the language model is ready")
            while self._take_orders(engine):
                self._step(engine)
        except PalateError as error:
            log.error("explanations come from templates: %s", error)
        except Exception:
            log.exception("explanations come from templates, for the language model broke")
            self.has_broken = self.readiness == "ready"
        self.readiness = "failed"
        self._give_up()

    def _take_orders(self, engine: LanguageModel) -> bool:
        """Let in and stop what was asked for, after waiting where nothing is in work; False to end."""
        while not engine.is_busy or not self._orders.empty():
            order = self._orders.get()
            if order is None:
                return False
            if isinstance(order, str):
                self._stop(engine, order)
            else:
                self._start(engine, order)
        return True

    def _start(self, engine: LanguageModel, job: _GenerationJob) -> None:
        refusal = engine.start(job.id, job.prompt, job.seed)
        if refusal is None:
            self._jobs[job.id] = job
        else:
            job.tell(refusal)

    def _stop(self, engine: LanguageModel, id_: str) -> None:
        if self._jobs.pop(id_, None) is not None:
            engine.stop(id_)

    def _step(self, engine: LanguageModel) -> None:
        for piece in engine.step():
            job = self._jobs.pop(piece.id, None) if piece.finished else self._jobs.get(piece.id)
            if job is not None:
                job.tell(piece.refusal or piece)

    def _give_up(self) -> None:
        """Nobody is left waiting; what comes in later finds that no model is ready."""
        waiting = list(self._jobs.values())
        while not self._orders.empty():
            order = self._orders.get()
            waiting += [order] if isinstance(order, _GenerationJob) else []
        for job in waiting:
            job.tell(None)
