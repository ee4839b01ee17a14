"""Checkpoints within an epoch: when they are made, and that going on from one changes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from jobs.training import ddp
from jobs.training.ddp import TimedCheckpoints
from jobs.training.sequence import MemberTraining, train_epoch, trainer_of
from palate.config import Config, load_config
from palate.sequence import all_item_vectors
from palate.sequence.training.trainer import SequenceTrainer
from tests.support.worlds.tiny import Tiny


class Killed(Exception):
    """A worker that is no more."""


class NoTrainer:
    """Has nothing to save."""

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path) -> None: ...


@pytest.fixture
def config(tmp_path: Path) -> Config:
    settings = "sequence={width: 8, layers: 1, max_events: 8, tokens_per_batch: 16, use_words: false}"
    return load_config(None, [f"run={tmp_path}", settings, "resources.checkpoint_s=60"])


def training_of(config: Config, tiny: Tiny) -> tuple[SequenceTrainer, MemberTraining]:
    nothing_hidden = np.zeros(len(tiny.catalogue), np.bool_)
    training = MemberTraining(config, torch.device("cpu"), [lambda: tiny.histories], nothing_hidden)
    text = np.eye(len(tiny.catalogue), 12, dtype=np.float32)
    return trainer_of(training, text=text), training


def test_an_epoch_that_goes_on_from_a_checkpoint_learns_the_same(
    config: Config, tiny: Tiny, tmp_path: Path
) -> None:
    whole, training = training_of(config, tiny)
    train_epoch(whole, training)
    first, _ = training_of(config, tiny)

    def killed_after_two_steps(metrics: dict[str, float]) -> None:
        if first.steps_done == 2:
            first.save(tmp_path)
            raise Killed

    with pytest.raises(Killed):
        train_epoch(first, training, killed_after_two_steps)
    second, _ = training_of(config, tiny)
    second.load(tmp_path)
    train_epoch(second, training)
    assert second.steps_done == whole.steps_done > 2
    assert np.array_equal(all_item_vectors(second.averaged), all_item_vectors(whole.averaged))


def test_a_checkpoint_is_made_when_its_time_has_come(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []
    monkeypatch.setattr(ddp, "report", lambda trainer, metrics: made.append(metrics["step"]))
    now = [0.0]
    checkpoints = TimedCheckpoints(NoTrainer(), config, clock=lambda: now[0])
    for step in range(8):
        now[0] = 30.0 * step
        checkpoints.after_step({"step": step})
    assert made == [2, 4, 6]
