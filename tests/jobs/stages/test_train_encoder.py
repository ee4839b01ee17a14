"""The encoder learns from a sequence model, on a real local Ray; what comes before it is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs import train_encoder
from jobs.runtime.stage import finished_manifest, run_stage
from jobs.runtime.stage_inputs import ENCODER, catalogue
from jobs.training.encoder_objectives import TEACHER
from palate.config import Config, changed
from palate.encode import load_encoder
from palate.errors import PalateError
from palate.schema import TEXT
from palate.sequence import has_member
from palate.storage import Folder
from tests.support.releases.prepared_run import prepared


@pytest.fixture
def config(tmp_path: Path, tiny: Any, tiny_encoder: Path, local_ray: None) -> Config:
    return prepared(
        tmp_path,
        tiny,
        "encoder={objective: item-space, steps: 4, batch_size: 4, learning_rate: 0.01}",
        f"encoder.model={tiny_encoder}",
        "evaluation.cold_share=0.3",
    )


def test_the_item_space_of_a_teacher_is_learned(config: Config, tiny_encoder: Path, tmp_path: Path) -> None:
    manifest = run_stage(train_encoder.STAGE, config)
    assert manifest["rows_in"] == 16
    folder = Folder(config.run) / "train_encoder"
    assert has_member(folder / TEACHER, 0)
    texts = catalogue(config)[TEXT].to_pylist()
    before = load_encoder(tiny_encoder).encode(texts)
    after = load_encoder(folder.download(tmp_path / "copy", ENCODER)).encode(texts)
    assert after.shape == before.shape
    assert not np.allclose(after, before, atol=1e-2)


def test_settings_that_cannot_work_leave_a_finished_encoder_where_it_is(config: Config) -> None:
    frozen = changed(config, {"encoder.method": "frozen"})
    manifest = run_stage(train_encoder.STAGE, frozen)
    misspelt = changed(config, {"encoder.paraphrases": ["{titel}"]})
    with pytest.raises(PalateError, match=r"encoder\.paraphrases.*titel"):
        run_stage(train_encoder.STAGE, misspelt)
    assert finished_manifest(train_encoder.STAGE, frozen) == manifest
