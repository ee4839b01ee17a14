"""A real engine with the bundled model."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from palate.config import LanguageModelConfig
from palate.errors import PalateError
from palate.explain.sentences.phrase_tree import grammar, one_of, row
from palate.language import Prompt, Refusal
from palate.language import engine as engine_module
from palate.language.bundled import bundled_folder
from palate.language.engine import Engine, dtype_of

SMALL = LanguageModelConfig(max_tokens=16, context_tokens=256, cache_bytes=64 * 2**20)
FRUIT = {"an apple.", "a pear.", "a plum."}
CHOICE = Prompt("Name a fruit.", grammar(row(one_of(*sorted(FRUIT)))))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(SMALL)


def test_answers_are_texts_of_the_grammar_in_the_order_of_the_prompts(engine: Engine) -> None:
    other = Prompt("Say yes.", grammar("yes"))
    first, second, third = engine.write([CHOICE, other, CHOICE])
    assert {first, third} <= FRUIT
    assert second == "yes"


def test_equal_seeds_draw_equal_answers(engine: Engine) -> None:
    prompts = [Prompt("Tell me a story about a film.")]
    assert engine.write(prompts, seed=3) == engine.write(prompts, seed=3) != engine.write(prompts, seed=4)


def test_what_is_asked_again_is_drawn_with_another_seed(engine: Engine) -> None:
    story = Prompt("Tell me a story about a film.")
    heard: list[tuple[int, str | Refusal]] = []

    def again(number: int, answer: str | Refusal) -> Prompt | None:
        heard.append((number, answer))
        return story if len(heard) == 1 else None

    (last,) = engine.write([story], 3, again)
    assert [number for number, _ in heard] == [0, 0]
    assert [answer for _, answer in heard] == engine.write([story], 3) + engine.write([story], 4)
    assert last == heard[1][1]


def test_a_refused_prompt_can_be_replaced(engine: Engine) -> None:
    (answer,) = engine.write(
        [Prompt("film " * 500)], 0, lambda _, said: CHOICE if said not in FRUIT else None
    )
    assert answer in FRUIT


def test_a_prompt_that_is_too_long_is_refused_and_the_others_are_answered(engine: Engine) -> None:
    long, short = engine.write([Prompt("film " * 500), CHOICE])
    assert isinstance(long, Refusal)
    assert short in FRUIT


def test_a_grammar_that_cannot_be_read_is_refused(engine: Engine) -> None:
    (answer,) = engine.write([Prompt("Say something.", "root ::= (")])
    assert isinstance(answer, Refusal)


def test_an_answer_that_nobody_waits_for_is_given_up(engine: Engine) -> None:
    assert engine.start("given-up", Prompt("Count to a hundred."), seed=0) is None
    engine.step()
    assert engine.is_busy
    engine.stop("given-up")
    assert not engine.is_busy


def test_pieces_grow_to_the_answer(engine: Engine) -> None:
    assert engine.start("growing", CHOICE, seed=0) is None
    pieces = []
    while engine.is_busy:
        pieces += engine.step()
    assert all(later.text.startswith(earlier.text) for earlier, later in pairwise(pieces))
    assert (pieces[-1].finished, pieces[-1].text in FRUIT) == (True, True)


def test_the_bundled_model_is_unpacked_once(engine: Engine) -> None:
    assert bundled_folder() == bundled_folder()
    assert (bundled_folder() / "config.json").exists()


def test_a_model_that_is_not_there_is_a_mistake_that_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(PalateError, match="cannot be loaded"):
        Engine(SMALL.model_copy(update={"model": str(tmp_path)}))
    with pytest.raises(PalateError, match="no adapter"):
        Engine(SMALL.model_copy(update={"adapter": str(tmp_path)}))


@pytest.mark.parametrize(
    ("asked", "gpu", "flags", "dtype"),
    [
        ("auto", False, "flags: avx512_bf16 amx_bf16", "bfloat16"),
        ("auto", False, "flags: avx512_bf16", "float32"),
        ("auto", True, "", "bfloat16"),
        ("bfloat16", False, "", "bfloat16"),
    ],
)
def test_numbers_have_the_format_that_is_asked_for_or_quicker(
    asked: str, gpu: bool, flags: str, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_processor", lambda: flags)
    assert dtype_of(SMALL.model_copy(update={"dtype": asked}), gpu) == dtype


def test_whole_answers_are_those_that_are_written_piece_by_piece(engine: Engine) -> None:
    story = Prompt("Tell me a story about a film.")
    (whole,) = engine.write([story], seed=3)
    assert engine.start("pieces", story, 3) is None
    pieces = []
    while engine.is_busy:
        pieces += engine.step()
    assert len(pieces) > 1
    assert pieces[-1].text == whole
