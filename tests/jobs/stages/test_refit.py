"""What is released learns from every event, on a real local Ray; what comes before it is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs import refit, train_baselines, train_sequence
from jobs.runtime.stage import run_stage
from jobs.runtime.stage_inputs import REFITTED_METHODS, REFITTED_SEQUENCE
from palate.config import Config
from palate.retrieve import Popularity, load_models
from palate.sequence import load_members
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared


@pytest.fixture
def config(tmp_path: Path, tiny: Any, local_ray: None) -> Config:
    """A run whose two members were best after the first and the second epoch."""
    config = prepared(tmp_path, tiny, "sequence.members=2", "release.refit=true", "baselines.als_factors=4")
    run_stage(train_sequence.STAGE, config)
    run_stage(train_baselines.STAGE, config)
    folder = Folder(config.run) / "train_sequence"
    for name, curve in (("model.json", [0.2, 0.1]), ("model-1.json", [0.1, 0.2])):
        folder.write_json(name, {**folder.read_json(name), "curve": curve})
    return config


def popularity(folder: Folder) -> list[float]:
    counts: list[float] = load_models(folder, ["popularity"])[Popularity.method].state()["counts"].tolist()
    return counts


def test_all_events_are_learned_for_as_many_epochs_as_were_best(config: Config, tiny: Any) -> None:
    run_stage(refit.STAGE, config)
    folder = Folder(config.run) / "refit"
    models = folder / REFITTED_SEQUENCE
    assert [len(models.read_json(name)["seconds"]) for name in ("model.json", "model-1.json")] == [1, 2]
    for before, after in zip(
        load_members(Folder(config.run) / "train_sequence"), load_members(models), strict=True
    ):
        assert before.item_vectors.shape == after.item_vectors.shape
        assert (before.item_vectors != after.item_vectors).any()
    everything = sum(tiny.histories.learned_until("test").train_matrix(12).toarray()).tolist()
    assert popularity(folder / REFITTED_METHODS) == everything
    assert popularity(Folder(config.run) / "train_baselines") != everything


def test_nothing_is_trained_again_unless_asked_for(config: Config) -> None:
    as_it_was = config.model_copy(update={"release": config.release.model_copy(update={"refit": False})})
    run_stage(refit.STAGE, as_it_was)
    folder = Folder(config.run) / "refit"
    assert not (folder / REFITTED_SEQUENCE).files()
    assert not (folder / REFITTED_METHODS).files()
