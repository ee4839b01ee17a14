"""The bundled model is fine-tuned with Ray Train on a tiny release, and vLLM writes with the adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs.runtime.stage import run_stage, stage_folder
from jobs.train_explainer import ADAPTER, REPORT, STAGE
from palate.config import Config
from palate.errors import PalateError
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


def config_of(place: Path, **tuning: Any) -> Config:
    settings = {"steps": 2, "batch_size": 2, "lora_rank": 4, "eval_share": 0.3, "eval_pairs": 2}
    return Config.model_validate(
        {
            "run": str(place / "trained"),
            "release": {"uri": str(place / "releases")},
            "explain": {"language_model": {"max_tokens": 16, "cache_bytes": 64 * 2**20}},
            "explainer_tuning": settings | {"checkpoint_steps": 1} | tuning,
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("tuning")
    run = tiny_run(str(folder / "made"), tiny.catalogue, tiny.histories)
    publish_tiny(run, Folder(str(folder / "releases")), "sequence")
    return folder


@pytest.fixture(scope="module")
def trained(place: Path, local_ray: None) -> Folder:
    config = config_of(place)
    run_stage(STAGE, config)
    return stage_folder(config, STAGE.name)


def test_stage_leaves_an_adapter_and_no_checkpoints(trained: Folder) -> None:
    assert {f"{ADAPTER}/adapter_config.json", f"{ADAPTER}/adapter_model.safetensors"} <= set(
        trained.files(ADAPTER)
    )
    assert trained.folders() == [ADAPTER]
    assert trained.read_json(f"{ADAPTER}/adapter_config.json")["base_model_name_or_path"] == (
        "SmolLM2-135M-Instruct"
    )


def test_report_says_what_the_engine_wrote_before_and_after(trained: Folder) -> None:
    report = trained.read_json(REPORT)
    assert report["pairs"] == 4
    assert [entry["step"] for entry in report["training"]["curve"]] == [1, 2]
    for when in ("before", "after"):
        assert report[when]["free"]["asked"] == report[when]["constrained"]["asked"] == 2


def test_stage_that_is_done_is_skipped(trained: Folder, place: Path) -> None:
    before = trained.read_json("manifest.json")
    assert run_stage(STAGE, config_of(place)) == before


def test_a_batch_that_workers_cannot_share_is_a_mistake_that_is_explained(place: Path) -> None:
    config = config_of(place, batch_size=3)
    config = config.model_copy(update={"resources": config.resources.model_copy(update={"train_workers": 2})})
    with pytest.raises(PalateError, match=r"explainer_tuning\.batch_size"):
        run_stage(STAGE, config)


def test_training_before_anything_was_published_is_a_mistake_that_is_explained(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match="release"):
        run_stage(STAGE, config_of(tmp_path))
