"""The cold probe: what it hides, it hides from its own models alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs import cold_probe, train_encoder
from jobs.runtime.stage import run_stage, stage_key
from jobs.runtime.stage_inputs import COLD_START, ENCODER
from palate.config import Config, changed
from palate.encode import load_encoder
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared


@pytest.fixture
def config(tmp_path: Path, tiny: Any, tiny_encoder: Path, local_ray: None) -> Config:
    return prepared(
        tmp_path,
        tiny,
        "encoder={steps: 4, batch_size: 4, learning_rate: 0.01, max_tokens: 16}",
        f"encoder.model={tiny_encoder}",
        "evaluation.cold_share=0.3",
    )


def test_hiding_items_changes_nothing_of_the_released_encoder(config: Config) -> None:
    without = changed(config, {"evaluation.cold_share": 0.0})
    assert stage_key(train_encoder.STAGE, config) == stage_key(train_encoder.STAGE, without)


def test_the_probe_trains_an_encoder_and_a_sequence_model_of_its_own(config: Config, tmp_path: Path) -> None:
    run_stage(train_encoder.STAGE, config)
    run_stage(cold_probe.STAGE, config)
    run = Folder(config.run)
    measured = (run / "cold_probe").read_json(COLD_START)
    assert measured["cold_items"] > 0
    assert measured["methods"].keys() >= {"sequence, whole history", "text average, one event"}
    released = load_encoder((run / "train_encoder").download(tmp_path / "released", ENCODER))
    of_probe = load_encoder((run / "cold_probe" / "encoder").download(tmp_path / "probe", ENCODER))
    texts = ["Comedy 0", "Drama 1"]
    assert not np.allclose(released.encode(texts), of_probe.encode(texts), atol=1e-3)


def test_without_a_share_nothing_is_trained(config: Config) -> None:
    manifest = run_stage(cold_probe.STAGE, changed(config, {"evaluation.cold_share": 0.0}))
    assert manifest["rows_in"] == 0
    assert Folder(config.run).read_json(f"cold_probe/{COLD_START}") == {}
