"""Serving settings that contradict each other are refused; those that are given to be copied are taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from palate.config.load import checked
from palate.errors import PalateError
from serving.app import application
from serving.settings import ServingSettings

CONFIG = Path(__file__).parents[2] / "serving" / "config.yaml"


def settings(**changes: Any) -> ServingSettings:
    return checked(ServingSettings, {"mode": "graph", **changes})


def test_stages_of_the_file_for_a_cluster_can_have_all_their_copies() -> None:
    (application,) = yaml.safe_load(CONFIG.read_text())["applications"]
    assert checked(ServingSettings, application["args"]).encoder.max_replicas == 8


@pytest.mark.parametrize("stage", ["encoder", "retriever", "reranker"])
def test_a_stage_whose_copies_would_never_start_is_refused(stage: str) -> None:
    with pytest.raises(PalateError, match=rf"{stage}\.max_replicas is 8, but no more than 1 copies") as told:
        settings(gateway={"max_replicas": 8}, **{stage: {"max_replicas": 8, "target_ongoing": 16}})
    assert f"16 of them ({stage}.target_ongoing)" in str(told.value)
    assert "max_batches_in_flight is 2" in str(told.value)


def test_copies_that_always_run_need_no_load() -> None:
    assert settings(encoder={"min_replicas": 3, "max_replicas": 3}).encoder.min_replicas == 3


def test_in_fused_mode_there_are_no_stages_to_scale() -> None:
    assert settings(mode="fused", encoder={"max_replicas": 8}).encoder.max_replicas == 8


@given(
    gateways=st.integers(1, 20),
    batches=st.integers(1, 8),
    copies=st.integers(2, 20),
    target=st.floats(0.25, 20),
)
def test_autoscaling_is_taken_just_where_the_greatest_load_asks_for_the_last_copy(
    gateways: int, batches: int, copies: int, target: float
) -> None:
    given_settings: dict[str, Any] = {
        "gateway": {"max_replicas": gateways},
        "max_batches_in_flight": batches,
        "encoder": {"max_replicas": copies, "target_ongoing": target},
    }
    # The last copy is asked for by what is more than the others are meant to have.
    if gateways * batches / target > copies - 1:
        assert settings(**given_settings).encoder.max_replicas == copies
    else:
        with pytest.raises(PalateError):
            settings(**given_settings)


@pytest.mark.parametrize(("mode", "gateway", "encoder"), [("graph", 0, 0.5), ("fused", 0.5, None)])
def test_the_encoder_has_its_part_of_a_gpu_wherever_it_is(
    mode: str, gateway: float, encoder: float | None, tmp_path: Path
) -> None:
    given_settings = checked(
        ServingSettings, {"mode": mode, "store": str(tmp_path), "encoder": {"gpus": 0.5}}
    )
    bound = application(given_settings)._bound_deployment
    assert bound.ray_actor_options["num_gpus"] == gateway
    stages = [one._bound_deployment for one in bound.init_args if hasattr(one, "_bound_deployment")]
    found = {stage.name: stage.ray_actor_options["num_gpus"] for stage in stages}
    assert found.get("Encoder") == encoder
    assert found.get("Reranker", 0) == 0
