"""Language model interface: prompts are let in, answers grow piece by piece, or a batch is written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from palate.language.prompt import Again, Prompt, Refusal, no_more


class GeneratedPiece(NamedTuple):
    """What was written of one answer so far."""

    id: str
    text: str
    finished: bool
    refusal: Refusal | None = None
    """Why there is no answer, where that shows only while it is written; the piece is the last one."""


class LanguageModel(ABC):
    """What writes: vLLM in this process, or an endpoint elsewhere. Not for several threads at once."""

    def __init__(self) -> None:
        self._count = 0

    @abstractmethod
    def start(self, id_: str, prompt: Prompt, seed: int, whole: bool = False) -> Refusal | None:
        """Let a prompt in; its answer comes with `step`, or only its end if it is wanted `whole`.

        A refusal if it cannot be answered.
        """

    @abstractmethod
    def step(self) -> list[GeneratedPiece]:
        """Write on; what has grown of the answers in work, where nothing has yet after a short wait."""

    @abstractmethod
    def stop(self, id_: str) -> None:
        """Give up an answer that nobody waits for."""

    @property
    @abstractmethod
    def is_busy(self) -> bool:
        """Whether an answer is in work."""

    def write(self, prompts: Sequence[Prompt], seed: int = 0, again: Again = no_more) -> list[str | Refusal]:
        """The last answer to every prompt, in their order; equal seeds and prompts draw equal answers.

        The model works on several at once and lets the next in as one ends. What is asked `again` joins
        them, and is drawn with another seed.
        """
        answers: list[str | Refusal] = [""] * len(prompts)
        seeds = [seed + number for number in range(len(prompts))]
        # Prompts that wait, and the number of each that the model works on, by its id there.
        waiting, in_work = deque(enumerate(prompts)), dict[str, int]()
        while waiting or in_work:
            for number, answer in self._complete_answers(waiting, in_work, seeds):
                answers[number] = answer
                prompt = again(number, answer)
                if prompt is not None:
                    seeds[number] += len(prompts)
                    waiting.append((number, prompt))
        return answers

    def _complete_answers(
        self, waiting: deque[tuple[int, Prompt]], in_work: dict[str, int], seeds: Sequence[int]
    ) -> list[tuple[int, str | Refusal]]:
        """Let in what waits, and take a step; the answers that are complete, with their numbers."""
        complete: list[tuple[int, str | Refusal]] = []
        while waiting:
            number, prompt = waiting.popleft()
            id_ = self._next_id()
            refusal = self.start(id_, prompt, seeds[number], whole=True)
            if refusal is None:
                in_work[id_] = number
            else:
                complete.append((number, refusal))
        pieces = self.step() if in_work else []
        finished = [piece for piece in pieces if piece.finished]
        return complete + [(in_work.pop(piece.id), piece.refusal or piece.text) for piece in finished]

    def _next_id(self) -> str:
        self._count += 1
        return f"written-{self._count}"
