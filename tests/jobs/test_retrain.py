"""The pipeline as a whole, undisturbed and disturbed, on a real local Ray."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs.runtime.pipeline import STAGES
from palate.rank.store import load_reranker
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.release import verified_release
from palate.storage import Folder
from tests.support.processes.process_tree import kill_tree
from tests.support.processes.tiny_pipeline import (
    FinishedPipeline,
    Pipeline,
    has_begun,
    has_checkpoint,
    kill_worker,
)
from tests.support.s3.s3_server import BUCKET, s3_server

MEASURED = ("methods", "intervals", "validation", "segments", "selected", "cold", "users", "items")


def measured(metrics: dict[str, Any]) -> dict[str, Any]:
    return {name: metrics[name] for name in MEASURED}


def test_a_run_leaves_metrics_a_report_and_a_release_that_answers(
    finished_pipeline: FinishedPipeline,
) -> None:
    metrics, run = finished_pipeline.metrics, finished_pipeline.pipeline.run
    assert metrics["stages"].keys() == set(STAGES)
    assert metrics["peak_memory_bytes"] > 0
    assert metrics["seconds"] > 0
    assert metrics["methods"].keys() >= {"popularity", "item-knn", "ease", "ease-recent", "ials", "sequence"}
    assert metrics["methods"]["sequence"].keys() >= {"ndcg@3", "hr@3", "recall@3", "coverage@3", "auc"}
    assert metrics["cold"]["cold_items"] > 0
    assert (run / "report.html").read_text().startswith("<!doctype html>")
    recommender = Recommender(Artefacts.of(verified_release(Folder(str(run / "releases")))))
    assert len(recommender.recommend_user("u00", 3)) == 3
    reranking = load_reranker(Folder(metrics["release"]["uri"]) / "rerank")
    assert reranking is not None
    assert metrics["rerank"] == {"score": reranking.score, **reranking.report}


@pytest.mark.server
def test_in_an_object_store_everything_is_as_on_a_disk(
    finished_pipeline: FinishedPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        place = Folder(f"s3://{BUCKET}/shop")
        for table in ("events.csv", "items.csv"):
            place.write_bytes(table, (finished_pipeline.config.parent / table).read_bytes())
        tables = [f"data.events.path={place.uri}/events.csv", f"data.catalogue.path={place.uri}/items.csv"]
        settings = [*tables, "evaluation.cold_share=0"]  # a run of its own, which is as long again
        metrics = Pipeline(finished_pipeline.config, f"{place.uri}/run", *settings).finish()
        assert measured(metrics) | {"cold": None} == measured(finished_pipeline.metrics) | {"cold": None}
        recommender = Recommender(Artefacts.of(verified_release(place / "run" / "releases")))
        assert len(recommender.recommend_user("u00", 3)) == 3


def test_a_second_run_leaves_every_finished_stage_alone(finished_pipeline: FinishedPipeline) -> None:
    manifests = sorted(finished_pipeline.pipeline.run.glob("*/manifest.json"))
    before = [manifest.stat().st_mtime_ns for manifest in manifests]
    assert len(before) == len(STAGES)
    finished_pipeline.pipeline.finish()
    assert [manifest.stat().st_mtime_ns for manifest in manifests] == before


def test_kill_9_of_the_run_at_any_stage_and_of_a_worker_changes_no_metric(
    finished_pipeline: FinishedPipeline, tmp_path: Path
) -> None:
    pipeline = Pipeline(finished_pipeline.config, tmp_path / "run")
    for moment in (has_begun("prepare"), has_checkpoint("train_encoder"), has_checkpoint("train_sequence")):
        pipeline.disturb(moment, kill_tree)
        assert not (pipeline.run / "cold_probe").exists()
    # The rest of the run loses a worker in the middle of a training, and goes on by itself.
    assert pipeline.disturb(has_checkpoint("cold_probe"), kill_worker) == 0
    assert measured(pipeline.metrics()) == measured(finished_pipeline.metrics)
