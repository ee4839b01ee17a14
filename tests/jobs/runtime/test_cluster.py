"""The door to a cluster: a valid launcher file, and jobs that run from a clean checkout."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ray.autoscaler._private.util import prepare_config, validate_config

import palate
from palate.release import verified_release
from palate.storage import Folder
from tests.support.processes.ray_head import RayHead, copy_checkout, start_head
from tests.support.processes.tiny_pipeline import write_inputs
from tests.support.processes.wait import started
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

ROOT = Path(__file__).parents[3]

WHERE = """
import inspect, json, os
import ray
from jobs.runtime.ray_session import ray_session
from palate.config import load_config
from palate.data.histories import History

with ray_session(load_config()):
    # A class of the library travels by reference: the worker imports it for itself.
    worker = ray.get(ray.remote(inspect.getfile).remote(History))
    files = ray.get(ray.remote(lambda: os.listdir(".")).remote())
print("FOUND " + json.dumps({"driver": inspect.getfile(History), "worker": worker, "files": files}))
"""


@pytest.fixture(scope="module")
def ray_head() -> Iterator[RayHead]:
    with started(start_head) as running:
        yield running


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path / "checkout")


def test_submitted_job_runs_the_library_it_shipped_and_ships_no_data(
    ray_head: RayHead, checkout: Path
) -> None:
    (checkout / "jobs" / "where.py").write_text(WHERE)
    for ignored in ("runs/demo/big.parquet", ".venv/bin/python", "data/raw.csv", ".git/config"):
        (checkout / ignored).parent.mkdir(parents=True)
        (checkout / ignored).write_text("not for the cluster")

    done = ray_head.submit(checkout, ["python", "-m", "jobs.where"])

    assert done.returncode == 0, done.stdout
    line = next(line for line in done.stdout.splitlines() if "FOUND " in line)
    found = json.loads(line.partition("FOUND ")[2])
    for side in ("driver", "worker"):
        assert "/runtime_resources/" in found[side], found
    assert {"jobs", "lib", "configs"} <= set(found["files"])
    assert not {"runs", ".venv", "data", ".git"} & set(found["files"])


def test_a_whole_run_submitted_from_a_clean_checkout_publishes_a_release(
    ray_head: RayHead, checkout: Path, tmp_path: Path, tiny: Tiny, tiny_encoder: Path
) -> None:
    write_inputs(tmp_path, tiny, tiny_encoder).rename(checkout / "configs" / "tiny.yaml")
    run = tmp_path / "run"
    places = [f"run={run}", f"release.uri={run}/releases"]
    brief = ["encoder.method=frozen", "evaluation.cold_share=0", "sequence.epochs=2"]

    done = ray_head.submit(
        checkout, ["python", "-m", "jobs.retrain", "--config", "configs/tiny.yaml", *places, *brief]
    )

    assert done.returncode == 0, done.stdout
    assert json.loads((run / "metrics.json").read_text())["users"] == 20
    assert verified_release(Folder(str(run / "releases"))).manifest.dataset == "tiny"


def test_lists_for_everybody_are_written_by_a_submitted_job(
    ray_head: RayHead, checkout: Path, tmp_path: Path, tiny: Tiny
) -> None:
    releases, out = tmp_path / "releases", tmp_path / "out"
    publish_tiny(tiny_run(str(tmp_path / "run"), *tiny), Folder(str(releases)), "ease")
    words = ["recommend", "--all", "--out", str(out), "--releases", str(releases), "--actors", "2"]

    done = ray_head.submit(checkout, ["python", "-m", "jobs.cli", *words])

    assert done.returncode == 0, done.stdout
    assert len(Folder(str(out)).read_table("lists")) == 20


def test_cluster_file_is_valid_by_rays_own_rules() -> None:
    config = prepare_config(yaml.safe_load((ROOT / "cluster.yaml").read_text()))
    validate_config(config)


def test_cluster_file_asks_for_the_token_and_hides_the_dashboard() -> None:
    cluster = yaml.safe_load((ROOT / "cluster.yaml").read_text())
    assert "--env RAY_AUTH_MODE=token" in cluster["docker"]["run_options"]
    assert "--dashboard-host=127.0.0.1" in cluster["head_start_ray_commands"][-1]
    assert {"cpu_worker", "gpu_worker"} < set(cluster["available_node_types"])


def test_nodes_have_what_their_commands_and_the_endpoint_need() -> None:
    cluster = yaml.safe_load((ROOT / "cluster.yaml").read_text())
    nodes = cluster["available_node_types"]
    images = [cluster["docker"]["image"], nodes["gpu_worker"]["docker"]["worker_image"]]
    assert [image.rsplit(":", 1)[1] for image in images] == [
        f"{palate.__version__}-{v}" for v in ("cpu", "gpu")
    ]
    # Without one a worker reaches no object store.
    assert all(node["node_config"]["IamInstanceProfile"]["Arn"] for node in nodes.values())
    options = [words for option in cluster["docker"]["run_options"] for words in shlex.split(option)]
    serve = {option for option in options if option.startswith("RAY_SERVE_")}
    assert serve == set((ROOT / "deploy" / "kubernetes" / "serve.env").read_text().splitlines())


def test_files_that_are_sent_to_the_nodes_are_those_that_the_commands_make() -> None:
    sent = yaml.safe_load((ROOT / "cluster.yaml").read_text())["file_mounts"].values()
    commands = (ROOT / "docs" / "cluster.md").read_text()
    assert [file for file in sent if file not in commands] == []
