"""Supervised examples: prompts with their answers, as the tokens that an engine reads and is to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from palate.errors import PalateError
from palate.language.weights import model_path_or_id

_SORTED_TOGETHER = 16
"""Batches whose examples are sorted by length among themselves."""


class TuningExample(NamedTuple):
    """Tokens of a prompt in the model's chat format, and those of its answer up to the sign that ends it."""

    prompt: list[int]
    answer: list[int]

    @property
    def length(self) -> int:
        """Tokens in all."""
        return len(self.prompt) + len(self.answer)


class Chat:
    """The chat format of a model."""

    def __init__(self, model: str) -> None:
        """Read the model's tokenizer; `PalateError` for a model without one, or without a chat format."""
        from transformers import AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(model_path_or_id(model))
        except (OSError, ValueError) as error:
            raise PalateError(f"The language model {model} cannot be loaded: {error}") from error
        if not self._tokenizer.chat_template:
            raise PalateError(f"{model} has no chat format; take one that follows instructions")

    def example(self, prompt: str, answer: str) -> TuningExample:
        """A prompt and its answer; `PalateError` for a chat format in which an answer does not follow on."""
        question = {"role": "user", "content": prompt}
        begun = self._tokenizer.apply_chat_template([question], tokenize=False, add_generation_prompt=True)
        turns = [question, {"role": "assistant", "content": answer}]
        whole = self._tokenizer.apply_chat_template(turns, tokenize=False)
        # What the model is to write: the rest of the whole, up to the first special sign, which ends it.
        written = self._tokens(whole[len(begun) :])
        special = self._tokenizer.all_special_ids
        ends = [position for position, token in enumerate(written) if token in special]
        if not whole.startswith(begun) or not ends:
            raise PalateError(
                "This model's chat format writes something of its own around an answer, which the "
                "training cannot follow; take another explain.language_model.model"
            )
        return TuningExample(self._tokens(begun), written[: ends[0] + 1])

    def _tokens(self, text: str) -> list[int]:
        # The chat format has all special signs already.
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return tokens


def batches_by_length(
    examples: Sequence[TuningExample], size: int, seed: int
) -> Iterator[list[TuningExample]]:
    """Whole batches, in an order drawn with the seed, whose examples are of like length; the rest is left."""
    random = Random(seed)
    for start in range(0, len(examples), _SORTED_TOGETHER * size):
        some = examples[start : start + _SORTED_TOGETHER * size]
        by_length = sorted(some, key=lambda example: (example.length, example.prompt))
        firsts = range(0, len(by_length) - size + 1, size)
        batches = [by_length[first : first + size] for first in firsts]
        random.shuffle(batches)
        yield from batches
