"""The training of several models, on a real local Ray; what comes before it is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from jobs import train_sequence
from jobs.runtime.stage import run_stage
from jobs.training.sequence import TEACHERS
from palate.sequence import load_members, load_sequence
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared


def trained(run: Path, tiny: Any, *settings: str) -> Folder:
    config = prepared(run, tiny, *settings)
    (Folder(config.run) / "prepare").write_json("summary.json", {"users": len(tiny.histories)})
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
