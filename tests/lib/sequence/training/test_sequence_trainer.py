from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from palate.config import SequenceConfig
from palate.data.histories import Dislikes, Histories, History
from palate.data.repeats import NO_REPEATS
from palate.sequence import IGNORE_INDEX, Augmenter, Transformer, all_item_vectors, epoch_batches
from palate.sequence.network.words import word_bags
from palate.sequence.training.trainer import SequenceTrainer
from palate.sequence.training.validation import validation_ndcg
from tests.support.processes.distributed import (
    assert_gradients_of_two_equal_those_of_one,
    run_workers,
    save_gradients,
)

NOTHING_HIDDEN = np.zeros(12, np.bool_)


FIRST_TWO = [
    History(np.array([0, 1], np.int32), np.arange(2)),
    History(np.array([9, 10], np.int32), np.arange(2)),
]
"""Histories that go on with items 2 and 11."""


def trainer_of(teachers: Sequence[Transformer] = (), **settings: object) -> SequenceTrainer:
    shape = {"width": 16, "layers": 1, "max_events": 8, "learning_rate": 0.02, "average_decay": 0.5}
    config = SequenceConfig.model_validate({**shape, **settings})
    text = torch.nn.functional.normalize(
        torch.randn(12, 6, generator=torch.Generator().manual_seed(1)), dim=-1
    )
    words = word_bags([f"kind {item % 3}" for item in range(12)], np.ones(12, np.bool_))
    known = torch.ones(12, dtype=torch.bool)
    return SequenceTrainer(text, known, config, 0, torch.device("cpu"), words, teachers=teachers)


def transformer(trainer: SequenceTrainer) -> Transformer:
    return Transformer(trainer.averaged.users, all_item_vectors(trainer.averaged), 8)


def train_epoch(trainer: SequenceTrainer, histories: Histories, epoch: int) -> list[float]:
    augmenter = Augmenter(trainer.settings.augmentations, trainer.settings.augmented_share)
    batches = epoch_batches([lambda: histories], NOTHING_HIDDEN, 8, 16, epoch, augmenter)
    return [trainer.step(batch) for batch in batches]


def write_gradients(histories: Histories, negatives: int, folder: Path) -> None:
    trainer = trainer_of(dropout=0, negatives=negatives)
    batch = next(epoch_batches([lambda: histories], NOTHING_HIDDEN, 8, 26, 0))
    trainer.loss(batch).backward()
    assert trainer.model.items.table.grad.is_sparse == (negatives > 0)
    assert all(weight.grad is not None for weight in trainer.model.parameters())
    save_gradients(trainer.model, folder)


@pytest.mark.parametrize("negatives", [0, 5])
def test_gradients_of_two_workers_equal_those_of_one(tiny, tmp_path, negatives):
    write_gradients(tiny.histories, negatives, tmp_path)
    run_workers(write_gradients, 2, tmp_path, tiny.histories, negatives, tmp_path)
    assert_gradients_of_two_equal_those_of_one(tmp_path)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"negatives": 6},
        {"use_ids": False},
        {"use_text": False},
        {"layer_kind": "ligr"},
        {"layer_kind": "hstu"},
        {"augmentations": ("crop", "mask")},
    ],
)
def test_the_model_learns_what_comes_next(tiny, settings):
    trainer = trainer_of(dropout=0, **settings)
    for epoch in range(30):
        train_epoch(trainer, tiny.histories, epoch)
    assert transformer(trainer).scores(FIRST_TWO).argmax(1).tolist() == [2, 11]
    assert validation_ndcg(trainer, [lambda: tiny.histories], NOTHING_HIDDEN, NO_REPEATS) > 0.9


def test_a_student_learns_from_its_teachers_alone_if_asked_to(tiny):
    teacher = trainer_of(dropout=0)
    for epoch in range(30):
        train_epoch(teacher, tiny.histories, epoch)
    student = trainer_of([transformer(teacher)] * 2, dropout=0, distil=1.0)
    for epoch in range(30):
        for batch in epoch_batches([lambda: tiny.histories], NOTHING_HIDDEN, 8, 16, epoch):
            misled = torch.where(batch.targets == IGNORE_INDEX, IGNORE_INDEX, 5)
            student.step(batch._replace(targets=misled))
    assert transformer(student).scores(FIRST_TWO).argmax(1).tolist() == [2, 11]


@pytest.mark.parametrize("negatives", [0, 4])
def test_an_interrupted_training_goes_on_exactly(tiny, tmp_path, negatives):
    whole = trainer_of(negatives=negatives)
    expected = [train_epoch(whole, tiny.histories, 0)]
    whole.finish_epoch(0.5, seconds=1.5)
    expected += [train_epoch(whole, tiny.histories, epoch) for epoch in (1, 2)]
    first = trainer_of(negatives=negatives)
    losses = [train_epoch(first, tiny.histories, 0)]
    first.finish_epoch(0.5, seconds=1.5)
    first.save(tmp_path)
    second = trainer_of(negatives=negatives)
    second.load(tmp_path)
    losses += [train_epoch(second, tiny.histories, epoch) for epoch in (1, 2)]
    assert losses == expected
    assert (second.curve, second.seconds) == ([0.5], [1.5])
    assert np.array_equal(all_item_vectors(second.averaged), all_item_vectors(whole.averaged))


def test_averages_have_weights_of_their_own_and_share_what_never_changes():
    trainer = trainer_of()
    for average in (trainer.averaged, trainer.best_model):
        assert average.items.text is trainer.model.items.text
        assert average.items.lexicon.words is trainer.model.items.lexicon.words
        assert average.items.lexicon.vectors.weight is not trainer.model.items.lexicon.vectors.weight
        assert average.items.table is not trainer.model.items.table


def test_the_best_epoch_is_kept_and_patience_ends_the_training(tiny):
    trainer = trainer_of(patience=2, epochs=9)
    train_epoch(trainer, tiny.histories, 0)
    trainer.finish_epoch(0.4, seconds=1.0)
    best = all_item_vectors(trainer.averaged)
    for epoch, ndcg in enumerate((0.3, 0.2), 1):
        assert not trainer.finished
        train_epoch(trainer, tiny.histories, epoch)
        trainer.finish_epoch(ndcg, seconds=1.0)
    assert trainer.finished
    assert np.array_equal(all_item_vectors(trainer.best_model), best)
    assert not np.array_equal(all_item_vectors(trainer.averaged), best)


def test_hidden_items_are_not_sought_in_validation(tiny):
    trainer = trainer_of()
    everything_hidden = np.ones(12, np.bool_)
    assert validation_ndcg(trainer, [lambda: tiny.histories], everything_hidden, NO_REPEATS) == 0.0


def test_what_users_turn_against_falls_behind_what_they_take(tiny):
    # After the first event everybody turns against the item that the circle has next but one.
    users = len(tiny.histories)
    starts = np.array([tiny.histories.train(user).items[0] for user in range(users)])
    unwanted = ((starts % 6 + 2) % 6 + 6 * (starts // 6)).astype(np.int32)
    dislikes = Dislikes(np.arange(users + 1), unwanted, np.ones(users, np.int32))
    first_events = [tiny.histories.train(user).only(slice(1)) for user in range(users)]
    ranks = []
    for histories in (tiny.histories, replace(tiny.histories, dislikes=dislikes)):
        trainer = trainer_of(dropout=0, dislike_weight=3)
        for epoch in range(6):
            train_epoch(trainer, histories, epoch)
        scores = transformer(trainer).scores(first_events)
        own = scores[np.arange(users), unwanted]
        ranks.append((scores > own[:, None]).sum(1).mean())
    assert ranks[1] > ranks[0] + 1
