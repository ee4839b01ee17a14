"""Baselines, evaluation and reranker as stages on a real local Ray; what comes before them is made up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs import evaluate, fuse, train_baselines, train_reranker
from jobs.runtime.stage import run_stage
from jobs.runtime.stage_inputs import released_method, run_artefacts
from palate.config import Config, load_config
from palate.rank.action import Reranking
from palate.rank.features import features_for
from palate.rank.store import load_reranker
from palate.retrieve import METHODS, RETRIEVERS, load_models, saved_methods
from palate.retrieve.hybrid import HYBRID, load_weights
from palate.storage import Folder
from tests.support.encoders import make_encoder
from tests.support.releases.prepared_run import write_models, write_prepared


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, tiny: Any, local_ray: None) -> Config:
    """A run in which all stages before the baselines are finished."""
    run = str(tmp_path_factory.mktemp("run"))
    every = f"baselines.methods=[{', '.join(RETRIEVERS)}]"
    text_users = "users_as_text={enabled: true, read_every: 3}"
    settings = ["evaluation.k=3", "baselines.als_factors=4", "sequence.width=8", "encoder.dimensions=8"]
    config = load_config(None, [f"run={run}", every, text_users, *settings])
    write_prepared(Folder(run), tiny.catalogue, tiny.histories)
    write_models(Folder(run), tiny.catalogue, config)
    shutil.copytree(
        make_encoder("bge", tmp_path_factory.mktemp("encoder")), Path(run) / "train_encoder" / "encoder"
    )
    for stage in ("prepare", "train_encoder", "embed_catalogue", "train_sequence", "cold_probe"):
        manifest = {"stage": stage, "key": stage, "seconds": 1.0, "peak_memory_bytes": 1}
        rows = dict.fromkeys(("rows_in", "rows_out", "rows_quarantined"), 0)
        (Folder(run) / stage).write_json("manifest.json", manifest | rows)
    return config


@pytest.fixture(scope="module")
def baselines(config: Config) -> Folder:
    run_stage(train_baselines.STAGE, config)
    return Folder(config.run) / "train_baselines"


@pytest.fixture(scope="module")
def evaluated(config: Config, baselines: Folder) -> Folder:
    run_stage(fuse.STAGE, config)
    run_stage(evaluate.STAGE, config)
    return Folder(config.run) / "evaluate"


def test_every_baseline_is_fitted_and_knows_the_circle_of_films(baselines: Folder, tiny: Any) -> None:
    assert saved_methods(baselines) == list(METHODS)
    block = tiny.histories
    known = [block.before(user, "test") for user in range(len(block))]
    for name in ("item-knn", "user-knn", "ease", "ease-recent", "ials"):
        scores = load_models(baselines, [name])[name].scores(known)
        for user, history in enumerate(known):
            scores[user, history.items] = -np.inf
        # The two films that are left of the kind the user watches come first.
        kinds = np.argsort(-scores, axis=1)[:, :2] // 6
        assert (kinds == np.arange(len(block))[:, None] % 2).all(), name


def test_ease_is_left_out_of_a_catalogue_that_is_too_large(config: Config, tmp_path: Path) -> None:
    small = config.baselines.model_copy(update={"ease_max_items": 11})
    train_baselines.train_baselines(config.model_copy(update={"baselines": small}), Folder(str(tmp_path)))
    left = [name for name in METHODS if name not in ("ease", "ease-recent")]
    assert saved_methods(Folder(str(tmp_path))) == left


def test_only_the_named_baselines_are_fitted_and_popularity(config: Config, tmp_path: Path) -> None:
    named = config.baselines.model_copy(update={"methods": ("item-knn",)})
    train_baselines.train_baselines(config.model_copy(update={"baselines": named}), Folder(str(tmp_path)))
    assert set(saved_methods(Folder(str(tmp_path)))) == {"popularity", "recent-popularity", "item-knn"}


def test_metrics_hold_every_method_and_what_the_run_is(evaluated: Folder) -> None:
    metrics = evaluated.read_json("metrics.json")
    assert set(metrics["methods"]) == {HYBRID, "sequence", "moving-average", "users-as-text", *METHODS}
    assert (metrics["dataset"], metrics["split"]) == ("movielens-100k", "leave-one-out")
    assert (metrics["k"], metrics["users"], metrics["items"]) == (3, 20, 12)
    assert metrics["cold"] == {"cold_items": 2, "ratio": 6.5}
    assert metrics["methods"]["ease-recent"]["recall@3"] == 1.0
    best = max(values["ndcg@3"] for values in metrics["validation"].values())
    assert metrics["validation"][metrics["selected"]]["ndcg@3"] == best


def test_the_hybrid_is_of_the_methods_that_bring_something(evaluated: Folder, config: Config) -> None:
    found = (Folder(config.run) / "fuse").read_json("hybrid.json")
    kept = {step["method"] for step in found["steps"] if step["kept"]}
    assert kept
    assert kept <= set(config.hybrid.partners)
    assert found["weights"].keys() == {"sequence", *kept}
    assert found["weights"]["sequence"] == 1.0


def test_without_a_partner_there_is_no_hybrid(config: Config, evaluated: Folder, tmp_path: Path) -> None:
    alone = config.model_copy(update={"hybrid": config.hybrid.model_copy(update={"partners": ()})})
    fuse.fuse(alone, Folder(str(tmp_path)))
    assert load_weights(Folder(str(tmp_path))) == {"sequence": 1.0}
    shutil.copytree(config.run, tmp_path / "run")
    shutil.copy(tmp_path / "hybrid.json", tmp_path / "run" / "fuse")
    methods = evaluate.load_methods(config.model_copy(update={"run": str(tmp_path / "run")}))
    assert list(methods)[:2] == ["sequence", "moving-average"]


def test_every_user_has_a_row_for_each_part_and_method(evaluated: Folder) -> None:
    users = evaluated.read_table("users").to_pandas()
    assert len(evaluated.files("users")) == 3
    assert len(users) == 20 * 2 * (4 + len(METHODS))
    assert not users.duplicated(["user", "part", "method"]).any()


def test_examples_and_report_are_written(evaluated: Folder) -> None:
    shown = evaluated.read_json("examples.json")
    assert [example["user"] for example in shown] == [f"u{number:02d}" for number in range(5)]
    assert all(len(example["recommended"]) == 3 for example in shown)
    page = evaluated.read_bytes("report.html").decode()
    assert shown[0]["recommended"][0] in page
    assert "events: no item" in page


def test_more_actors_give_the_same_metrics(config: Config, evaluated: Folder, tmp_path: Path) -> None:
    resources = config.resources.model_copy(update={"evaluate_actors": 2, "data_cpus": 0.5})
    evaluate.evaluate(config.model_copy(update={"resources": resources}), Folder(str(tmp_path)))
    again = Folder(str(tmp_path)).read_bytes("metrics.json")
    assert again == evaluated.read_bytes("metrics.json")


@pytest.fixture(scope="module")
def reranking(config: Config, evaluated: Folder) -> Reranking:
    run_stage(train_reranker.STAGE, config)
    found = load_reranker(Folder(config.run) / "train_reranker")
    assert found is not None
    return found


def test_reranker_is_measured_on_every_user_with_a_validation_event(reranking: Reranking) -> None:
    report = reranking.report
    assert set(report["ndcg@10"]) == {"relevance", "product", "learned"}
    # Every film that a user has not seen is a candidate: 9 of 12.
    assert (report["users"], report["candidates"], report["found"]) == (20, 180, 1.0)
    watch = report["calibration"]["act"]
    assert watch["base_rate"] == pytest.approx(1 / 9)
    assert watch["mean_probability"] == pytest.approx(1 / 9, abs=0.05)


def test_reranker_reads_what_the_release_will_have(reranking: Reranking, config: Config) -> None:
    artefacts = run_artefacts(config)
    assert artefacts.method == released_method(config)
    assert reranking.model.features == features_for(artefacts.sources)


def test_at_most_so_many_users_teach_the_reranker(
    config: Config, reranking: Reranking, tmp_path: Path
) -> None:
    few = config.model_copy(update={"rerank": config.rerank.model_copy(update={"max_users": 10})})
    # Four of each of three shards.
    assert train_reranker.train(few, Folder(str(tmp_path))).rows_in == 12
