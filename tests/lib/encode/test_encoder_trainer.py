"""What every objective of the encoder's training shares, and what each of them teaches."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from palate.config import EncoderConfig
from palate.encode import Pairs, contrastive_loss, load_encoder
from palate.encode.item_space import ItemSpace, ItemSpaceTrainer, item_batches
from palate.encode.neighbours import NeighbourTrainer
from palate.encode.trainer import EncoderTrainer, drawn_text
from tests.support.processes.distributed import (
    assert_gradients_of_two_equal_those_of_one,
    run_workers,
    save_gradients,
)

TEXTS = [f"film number {number} of the {number % 3} kind" for number in range(16)]
CPU = torch.device("cpu")


def neighbour_trainer(encoder: Path, readings: Sequence[Sequence[str]], config: EncoderConfig) -> Any:
    popularity = torch.log(torch.arange(1.0, 17.0) / 136)
    return NeighbourTrainer(load_encoder(encoder), readings, popularity, config, 0, CPU)


def space_trainer(encoder: Path, readings: Sequence[Sequence[str]], config: EncoderConfig) -> Any:
    """The teacher finds those of one kind alike; the last four items it does not know."""
    space = ItemSpace(torch.eye(3)[torch.arange(16) % 3], torch.arange(12), 10.0)
    return ItemSpaceTrainer(load_encoder(encoder), readings, space, config, 0, CPU)


class Objective(NamedTuple):
    trainer: Callable[[Path, Sequence[Sequence[str]], EncoderConfig], EncoderTrainer[Any]]
    batch: Any


OBJECTIVES = {
    "neighbours": Objective(
        neighbour_trainer, Pairs(np.arange(8, dtype=np.int32), np.arange(8, 16, dtype=np.int32))
    ),
    # Five items, so that the shares of two workers are uneven.
    "repeated neighbours": Objective(
        neighbour_trainer,
        Pairs(np.array([0, 0, 3, 3], dtype=np.int32), np.array([1, 2, 1, 9], dtype=np.int32)),
    ),
    "item-space": Objective(space_trainer, np.arange(8, dtype=np.int32)),
}


@pytest.fixture(params=OBJECTIVES)
def objective(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def trainer_of(
    encoder: Path, objective: str, readings: Sequence[Sequence[str]] = (TEXTS,), **settings: object
) -> EncoderTrainer[Any]:
    config = EncoderConfig.model_validate(
        {"steps": 4, "learning_rate": 1e-2, "lora_learning_rate": 1e-2, **settings}
    )
    return OBJECTIVES[objective].trainer(encoder, readings, config)


def steps(trainer: EncoderTrainer[Any], objective: str, count: int) -> list[float]:
    return [trainer.step(OBJECTIVES[objective].batch) for _ in range(count)]


def write_gradients(encoder: Path, objective: str, folder: Path) -> None:
    # In float32 on every machine: what is compared is the sharing of work, not the rounding of bfloat16.
    trainer = trainer_of(encoder, objective, precision="fp32")
    trainer.loss(OBJECTIVES[objective].batch).backward()
    save_gradients(trainer.learner, folder)


def test_gradients_of_two_workers_equal_those_of_one(tiny_encoder, tmp_path, objective):
    write_gradients(tiny_encoder, objective, tmp_path)
    run_workers(write_gradients, 2, tmp_path, tiny_encoder, objective, tmp_path)
    assert_gradients_of_two_equal_those_of_one(tmp_path)


def test_an_item_in_several_pairs_is_encoded_once_and_learns_from_each(tiny_encoder, monkeypatch):
    objective = OBJECTIVES["repeated neighbours"]
    trainer = trainer_of(tiny_encoder, "repeated neighbours", precision="fp32")
    anchors, positives = (trainer.vectors(items.tolist()) for items in objective.batch)
    items = [torch.from_numpy(items).long() for items in objective.batch]
    popularity = trainer.log_popularity
    expected = contrastive_loss(anchors, positives, *items, popularity, trainer.settings.temperature)
    expected.backward()
    gradients = [weight.grad for weight in trainer.learner.parameters()]
    trainer.optimiser.zero_grad()
    encoded = []
    monkeypatch.setattr(
        trainer, "vectors", lambda items: encoded.extend(items) or type(trainer).vectors(trainer, items)
    )
    loss = trainer.loss(objective.batch)
    loss.backward()
    assert sorted(encoded) == [0, 1, 2, 3, 9]
    torch.testing.assert_close(loss, expected)
    for weight, gradient in zip(trainer.learner.parameters(), gradients, strict=True):
        torch.testing.assert_close(weight.grad, gradient, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_training_lowers_the_loss(tiny_encoder, objective, method):
    losses = steps(trainer_of(tiny_encoder, objective, method=method), objective, 4)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("method", ["full", "lora"])
def test_an_interrupted_training_goes_on_exactly(tiny_encoder, tmp_path, objective, method):
    expected = steps(trainer_of(tiny_encoder, objective, method=method), objective, 4)
    first = trainer_of(tiny_encoder, objective, method=method)
    losses = steps(first, objective, 2)
    first.save(tmp_path)
    second = trainer_of(tiny_encoder, objective, method=method)
    second.load(tmp_path)
    assert losses + steps(second, objective, 2) == expected


def test_merged_adapters_give_the_vectors_of_the_adapted_model(tiny_encoder, tmp_path, objective):
    trainer = trainer_of(tiny_encoder, objective, method="lora")
    steps(trainer, objective, 1)
    adapted = trainer.encoder.encode(TEXTS)
    trainer.export(tmp_path)
    merged = load_encoder(tmp_path).encode(TEXTS)
    assert np.allclose(merged, adapted, atol=1e-5)
    assert not np.allclose(merged, load_encoder(tiny_encoder).encode(TEXTS), atol=1e-3)


def exported_weights(trainer: EncoderTrainer[Any], folder: Path) -> dict[str, torch.Tensor]:
    trainer.export(folder)
    return load_encoder(folder).model.state_dict()


@pytest.mark.parametrize("method", ["full", "lora"])
def test_interpolated_weights_lie_between_the_model_as_it_came_and_what_it_learned(
    tiny_encoder, tmp_path, objective, method
):
    written = {}
    for share in (1.0, 0.25):
        settings = {"method": method, "interpolation": share, "model": str(tiny_encoder)}
        trainer = trainer_of(tiny_encoder, objective, precision="fp32", **settings)
        steps(trainer, objective, 2)
        written[share] = exported_weights(trainer, tmp_path / str(share))
    came = load_encoder(tiny_encoder).model.state_dict()
    assert any(not torch.equal(weight, came[name]) for name, weight in written[1.0].items())
    for name, weight in written[0.25].items():
        expected = came[name] + 0.25 * (written[1.0][name] - came[name])
        torch.testing.assert_close(weight, expected, atol=1e-6, rtol=1e-5)


def test_each_step_draws_one_of_the_readings_of_an_item():
    readings = [["one", "a"], ["two", "b"], ["three", "c"]]
    drawn = [drawn_text(readings, 0, 7, step) for step in range(300)]
    assert min(drawn.count(text) for text in ("one", "two", "three")) > 70
    assert {drawn_text(readings, 1, 7, step) for step in range(50)} == {"a", "b", "c"}
    assert drawn == [drawn_text(readings, 0, 7, step) for step in range(300)]


def test_paraphrases_are_what_is_learned_from(tiny_encoder, objective):
    others = [TEXTS, [f"{number}, a film" for number in range(16)]]
    twice = steps(trainer_of(tiny_encoder, objective, [TEXTS, TEXTS]), objective, 1)
    assert twice == steps(trainer_of(tiny_encoder, objective), objective, 1)
    assert twice != steps(trainer_of(tiny_encoder, objective, others), objective, 1)


def test_items_that_the_teacher_does_not_know_come_to_lie_with_their_kind(tiny_encoder):
    trainer = trainer_of(tiny_encoder, "item-space", steps=60, learning_rate=3e-3)
    for batch in item_batches(np.arange(12), 6, 0, 60, seed=0):
        trainer.step(batch)
    with torch.no_grad():
        unknown = trainer.vectors(range(12, 16))
    assert (unknown @ torch.eye(3)).argmax(1).tolist() == [number % 3 for number in range(12, 16)]


def test_a_text_that_says_what_the_teacher_says_has_no_loss(tiny_encoder):
    trainer = trainer_of(tiny_encoder, "item-space")
    told = trainer.vectors(range(16)).detach()
    trainer.space, trainer.candidates = told, told[:12]
    assert trainer.loss(np.arange(8, dtype=np.int32)).item() == pytest.approx(0, abs=1e-5)


def test_batches_of_items_hold_each_known_item_once_in_a_turn_and_go_on_where_they_were():
    known = np.array([1, 4, 5, 7, 8])
    batches = list(item_batches(known, 2, 0, 5, seed=3))
    drawn = np.concatenate(batches)
    assert sorted(drawn[:5]) == sorted(drawn[5:]) == known.tolist()
    assert drawn[:5].tolist() != drawn[5:].tolist()
    later = list(item_batches(known, 2, 3, 5, seed=3))
    assert [batch.tolist() for batch in later] == [batch.tolist() for batch in batches[3:]]
    assert not list(item_batches(known[:0], 2, 0, 5, seed=3))
