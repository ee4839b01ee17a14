"""The search for settings, by Ray Tune on a real local Ray; what comes before it is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs import tune
from jobs.runtime.stage import run_stage
from palate.config import load_config
from palate.errors import PalateError
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared


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
