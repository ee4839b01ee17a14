"""The search for settings, by Ray Tune on a real local Ray; what comes before it is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_evaluate import write_models, write_prepared

from jobs import tune
from jobs.stage import run_stage
from palate.config import Config, load_config
from palate.errors import PalateError
from palate.storage import Folder

SPACE = "tune.space={sequence.learning_rate: {low: 0.001, high: 0.01, log: true}, sequence.layers: [1, 2]}"


def prepared(run: Path, tiny: Any, *settings: str) -> Config:
    config = load_config(
        None,
        [
            f"run={run}",
            "sequence={width: 8, layers: 1, epochs: 2, tokens_per_batch: 16}",
            "tune={trials: 3, grace_epochs: 1}",
            SPACE,
            "resources.threads=1",
            *settings,
        ],
    )
    write_prepared(Folder(config.run), tiny.catalogue, tiny.histories)
    write_models(Folder(config.run), tiny.catalogue, config)
    for stage in ("prepare", "embed_catalogue"):
        (Folder(config.run) / stage).write_json("manifest.json", {"key": stage})
    return config


def test_the_best_trial_is_left_as_yaml_that_the_configuration_takes(
    tmp_path: Path, tiny: Any, local_ray: None
) -> None:
    config = prepared(tmp_path, tiny)
    run_stage(tune.STAGE, config)
    folder = Folder(config.run) / "tune"
    trials = list(tune.ended_trials(folder))
    assert len(trials) == 3
    assert trials[0][tune.SETTINGS] == {"sequence.learning_rate": 0.002, "sequence.layers": 1}
    best = max(trials, key=lambda trial: trial[tune.NDCG])[tune.SETTINGS]
    found = load_config(str(tmp_path / "tune" / tune.BEST)).sequence
    assert (found.learning_rate, found.layers) == (best["sequence.learning_rate"], best["sequence.layers"])


def test_a_search_that_was_killed_begins_only_what_is_left(
    tmp_path: Path, tiny: Any, local_ray: None
) -> None:
    config = prepared(tmp_path, tiny)
    folder = Folder(config.run) / "tune"
    known = {"sequence.learning_rate": 0.005, "sequence.layers": 2}
    for number in range(2):
        folder.write_json(
            f"{tune.TRIALS}/{number:04d}.json", {tune.SETTINGS: known, tune.NDCG: 2.0, tune.EPOCHS: 1}
        )
    tune.search(config, folder)
    trials = list(tune.ended_trials(folder))
    assert len(trials) == 3
    assert load_config(str(tmp_path / "tune" / tune.BEST)).sequence.layers == 2


def test_only_the_sequence_model_can_be_searched() -> None:
    with pytest.raises(PalateError, match="only settings of the section sequence"):
        load_config(None, ["tune.space={encoder.steps: [1, 2]}"])


def test_a_range_must_be_one() -> None:
    with pytest.raises(PalateError, match="low must be less than high"):
        load_config(None, ["tune.space={sequence.dropout: {low: 0.5, high: 0.1}}"])


def test_a_value_that_does_not_fit_is_named(tmp_path: Path, tiny: Any, local_ray: None) -> None:
    config = prepared(tmp_path, tiny, "tune.space={sequence.layers: [0]}", "tune.trials=2")
    with pytest.raises(PalateError, match=r"sequence\.layers"):
        run_stage(tune.STAGE, config)


def test_a_search_in_which_every_trial_fails_says_why(tmp_path: Path, tiny: Any, local_ray: None) -> None:
    config = prepared(tmp_path, tiny, f"tune.space={{sequence.width: [{2**40}]}}", "tune.trials=1")
    with pytest.raises(PalateError, match=r"(?s)No trial .* came to an end. The first failed so: .*memory"):
        run_stage(tune.STAGE, config)
