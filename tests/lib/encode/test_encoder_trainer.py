from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from workers import assert_gradients_of_two_equal_those_of_one, run_workers, save_gradients

from palate.config import EncoderConfig
from palate.encode import Pairs, load_encoder
from palate.encode.trainer import EncoderTrainer, drawn_text

TEXTS = [f"film number {number} of the {number % 3} kind" for number in range(16)]
BATCH = Pairs(np.arange(8, dtype=np.int32), np.arange(8, 16, dtype=np.int32))


def trainer_of(
    encoder: Path, readings: Sequence[Sequence[str]] = (TEXTS,), **settings: object
) -> EncoderTrainer:
    config = EncoderConfig.model_validate({"steps": 4, "learning_rate": 1e-2, **settings})
    popularity = torch.log(torch.arange(1.0, 17.0) / 136)
    return EncoderTrainer(load_encoder(encoder), readings, popularity, config, 0, torch.device("cpu"))


def write_gradients(encoder: Path, folder: Path) -> None:
    trainer = trainer_of(encoder)
    trainer.loss(BATCH).backward()
    save_gradients(trainer.model, folder)


def test_gradients_of_two_workers_equal_those_of_one(tiny_encoder, tmp_path):
    write_gradients(tiny_encoder, tmp_path)
    run_workers(write_gradients, 2, tmp_path, tiny_encoder, tmp_path)
    assert_gradients_of_two_equal_those_of_one(tmp_path)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_training_brings_pairs_together(tiny_encoder, method):
    trainer = trainer_of(tiny_encoder, method=method)
    losses = [trainer.step(BATCH) for _ in range(4)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("method", ["full", "lora"])
def test_an_interrupted_training_goes_on_exactly(tiny_encoder, tmp_path, method):
    whole = trainer_of(tiny_encoder, method=method)
    expected = [whole.step(BATCH) for _ in range(4)]
    first = trainer_of(tiny_encoder, method=method)
    losses = [first.step(BATCH) for _ in range(2)]
    first.save(tmp_path)
    second = trainer_of(tiny_encoder, method=method)
    second.load(tmp_path)
    assert losses + [second.step(BATCH) for _ in range(2)] == expected


def test_merged_adapters_give_the_vectors_of_the_adapted_model(tiny_encoder, tmp_path):
    trainer = trainer_of(tiny_encoder, method="lora")
    trainer.step(BATCH)
    adapted = trainer.encoder.encode(TEXTS)
    trainer.export(tmp_path)
    merged = load_encoder(tmp_path).encode(TEXTS)
    assert np.allclose(merged, adapted, atol=1e-5)
    assert not np.allclose(merged, load_encoder(tiny_encoder).encode(TEXTS), atol=1e-3)


def test_each_step_draws_one_of_the_readings_of_an_item():
    readings = [["one", "a"], ["two", "b"], ["three", "c"]]
    drawn = [drawn_text(readings, 0, 7, step) for step in range(300)]
    assert min(drawn.count(text) for text in ("one", "two", "three")) > 70
    assert {drawn_text(readings, 1, 7, step) for step in range(50)} == {"a", "b", "c"}
    assert drawn == [drawn_text(readings, 0, 7, step) for step in range(300)]


def test_paraphrases_are_what_is_learned_from(tiny_encoder):
    twice = trainer_of(tiny_encoder, [TEXTS, TEXTS]).step(BATCH)
    others = trainer_of(tiny_encoder, [TEXTS, [f"{number}, a film" for number in range(16)]]).step(BATCH)
    assert twice == trainer_of(tiny_encoder).step(BATCH)
    assert others != twice
