"""Results do not depend on hash seeds, threads or how the users are sharded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from palate.config import BaselinesConfig, EvaluationConfig
from palate.data.histories import Histories
from palate.evaluate import CatalogueFacts, Evaluator, add_sums, metrics_summary
from palate.retrieve import RETRIEVERS, TrainingData
from palate.retrieve.base import State
from tests.support.processes.training_digest import training_digest
from tests.support.worlds.tiny import Tiny

ROOT = Path(__file__).parents[2]


def _digest(histories: Path, hash_seed: str) -> str:
    """What one epoch learns, in a process of its own."""
    modules = os.pathsep.join([str(ROOT / "lib"), str(ROOT)])
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": modules}
    command = [sys.executable, "-m", training_digest.__module__, str(histories)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout.strip()


def halves(histories: Histories) -> list[Histories]:
    """The same users in two shards."""
    table = histories.to_table()
    return [Histories.from_table(part) for part in (table.slice(0, 7), table.slice(7))]


def fitted(name: str, blocks: list[Histories], threads: int = 1) -> dict[str, State]:
    settings = BaselinesConfig(als_factors=4, als_iterations=3)
    data = TrainingData(settings, n_items=12, blocks=lambda: blocks, threads=threads, seed=0)
    return {fit.model.method: fit.model.state() for fit in RETRIEVERS[name].fit(data)}


def arrays(states: dict[str, State]) -> Iterator[np.ndarray]:
    for method in sorted(states):
        for field in sorted(states[method]):
            yield np.asarray(states[method][field])


def test_training_is_the_same_under_any_hash_seed(tiny: Tiny, tmp_path: Path) -> None:
    path = tmp_path / "histories.parquet"
    pq.write_table(tiny.histories.to_table(), path)
    # The seed of this process is drawn by chance, unless it was started with one.
    other_seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    assert training_digest(str(path)) == _digest(path, other_seed)


@pytest.mark.parametrize("name", list(RETRIEVERS))
def test_a_retriever_is_the_same_whatever_the_shards_and_threads(name: str, tiny: Tiny) -> None:
    one = list(arrays(fitted(name, [tiny.histories])))
    others = (fitted(name, halves(tiny.histories)), fitted(name, [tiny.histories], threads=2))
    for other in others:
        for array, again in zip(one, arrays(other), strict=True):
            np.testing.assert_allclose(array, again, rtol=1e-5, atol=1e-6)


def test_metrics_are_the_same_whatever_the_shards(tiny: Tiny) -> None:
    methods = {name: RETRIEVERS[name] for name in ("popularity", "ease")}
    data = TrainingData(BaselinesConfig(), n_items=12, blocks=lambda: [tiny.histories], threads=1, seed=0)
    scorers = {fit.model.method: fit.model for one in methods.values() for fit in one.fit(data)}
    counts = np.asarray(tiny.histories.train_matrix(12).sum(axis=0), np.float32).ravel()
    evaluator = Evaluator(
        scorers, CatalogueFacts(counts, np.eye(12, dtype=np.float32)), EvaluationConfig(k=3), seed=0
    )
    whole = evaluator.evaluate(tiny.histories).sums
    parts = [evaluator.evaluate(part).sums for part in halves(tiny.histories)]
    names = sorted(scorers)
    assert metrics_summary(add_sums(*parts), "test", names, 3) == metrics_summary(whole, "test", names, 3)
