"""The training of several models, on a real local Ray; what comes before it is made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from jobs import train_sequence
from jobs.runtime.stage import run_stage
from jobs.training.sequence import TEACHERS, MemberTraining, trainer_of
from palate.config import load_config
from palate.data.histories import Dislikes
from palate.sequence import load_members, load_sequence
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared


def trained(run: Path, tiny: Any, *settings: str) -> Folder:
    config = prepared(run, tiny, *settings)
    run_stage(train_sequence.STAGE, config)
    return Folder(config.run) / "train_sequence"


def test_members_stand_side_by_side(tmp_path: Path, tiny: Any, local_ray: None) -> None:
    folder = trained(tmp_path, tiny, "sequence.members=2")
    first, second = load_members(folder)
    assert (first.item_vectors != second.item_vectors).any()
    assert load_sequence(folder).item_vectors.shape == (len(tiny.catalogue), 16)


def test_members_that_teach_leave_one_model(tmp_path: Path, tiny: Any, local_ray: None) -> None:
    folder = trained(tmp_path, tiny, "sequence.members=2", "sequence.distil=0.5")
    assert load_sequence(folder).item_vectors.shape == (len(tiny.catalogue), 8)
    assert len(load_members(folder / TEACHERS)) == 2


def test_kinds_and_values_of_the_training_events_are_told_apart(
    tmp_path: Path, tiny: Any, local_ray: None
) -> None:
    (member,) = load_members(trained(tmp_path, tiny, "sequence.use_signals=true"))
    assert member.tower.feedback_buckets.edges == {"event": (1.0,)}
    usual = tiny.histories.train(0)
    strange = usual._replace(kinds=np.full(len(usual.items), "unheard of"))
    assert not np.allclose(*member.user_vectors([usual, strange]))


@pytest.mark.parametrize(("after", "reads"), [(3, True), (4, False), (5, False)])
def test_dislikes_are_read_only_where_they_can_be_learned(tiny: Any, after: int, reads: bool) -> None:
    """The first held-out event is the fourth; who turned against something later taught nothing by it."""
    offsets = np.concatenate([[0], np.ones(20, np.int64)])
    dislikes = Dislikes(offsets, np.array([11], np.int32), np.array([after], np.int32))
    block = replace(tiny.histories, dislikes=dislikes)
    config = load_config(None, ["sequence={width: 8, layers: 1, use_words: false}"])
    hidden = np.zeros(len(tiny.catalogue), np.bool_)
    training = MemberTraining(config, torch.device("cpu"), [lambda: block], hidden)
    trainer = trainer_of(training, text=np.eye(12, dtype=np.float32))
    assert (trainer.model.users.dislike is not None) == reads
