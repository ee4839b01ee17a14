"""`palate experiments` and `palate report experiment`: what an operator sees and takes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.cli.commands import app
from palate.errors import PalateError
from palate.experiments import Experiment
from palate.experiments.store import ExperimentStore
from palate.online import PostgresStore, embedded_store
from tests.support.processes.wait import started

WIDE = Experiment.model_validate(
    {
        "name": "wide",
        "arms": {
            "control": {"share": 0.5},
            "b": {"share": 0.25, "settings": {"diversity": 0.3}},
            "c": {"share": 0.25},
        },
    }
)


@pytest.fixture(scope="module")
def experiment_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a running store with an experiment of which an arm was stopped."""
    folder = tmp_path_factory.mktemp("store")
    with started(lambda: embedded_store(folder)) as url:
        asyncio.run(_declare(url))
        yield folder


async def _declare(url: str) -> None:
    store = await PostgresStore.open(url)
    experiments = ExperimentStore(store.database)
    await experiments.declare([WIDE])
    await experiments.stop("wide", "b", "nobody clicks")
    await store.close()


def palate(store: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--store", str(store)], env={"COLUMNS": "160"})
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_an_arm_is_listed_and_reported_as_stopped_until_it_is_resumed(experiment_store: Path) -> None:
    arms = json.loads(palate(experiment_store, "experiments", "list", "--json"))
    assert [(arm["arm"], arm["settings"], arm["stopped"]) for arm in arms[:2]] == [
        ("control", {}, None),
        ("b", {"diversity": 0.3}, "nobody clicks"),
    ]
    assert "b is stopped since" in palate(experiment_store, "report", "experiment", "wide")
    palate(experiment_store, "experiments", "resume", "wide", "b")
    assert "nobody clicks" not in palate(experiment_store, "experiments", "list")
    assert "b is given again" in palate(experiment_store, "report", "experiment", "wide")
    with pytest.raises(PalateError, match="is not stopped"):
        palate(experiment_store, "experiments", "resume", "wide", "b")


def test_an_operator_stops_an_arm_and_no_other(experiment_store: Path) -> None:
    palate(experiment_store, "experiments", "stop", "wide", "c", "--reason", "out of stock")
    arms = json.loads(palate(experiment_store, "experiments", "list", "--json"))
    assert {arm["arm"]: arm["stopped"] for arm in arms}["c"] == "out of stock"
    with pytest.raises(PalateError, match="stopped already"):
        palate(experiment_store, "experiments", "stop", "wide", "c")
    with pytest.raises(PalateError, match="those of wide are b, c"):
        palate(experiment_store, "experiments", "stop", "wide", "control")


def test_programs_get_the_same_report_as_json(experiment_store: Path) -> None:
    told = json.loads(palate(experiment_store, "report", "experiment", "wide", "--json"))
    assert told["control"] == "control"
    assert told["comparisons"][0]["clicks"]["words"].startswith("too few users yet")


def test_an_experiment_that_nobody_declared_is_named(experiment_store: Path) -> None:
    with pytest.raises(PalateError, match="no experiment 'nothing'"):
        palate(experiment_store, "report", "experiment", "nothing")
