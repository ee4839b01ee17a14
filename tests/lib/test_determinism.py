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
from tests.support.worlds.tiny import Tiny

ROOT = Path(__file__).parents[2]

DIGEST = """
import hashlib
import numpy as np
import torch
from palate.config import SequenceConfig
from palate.data.histories import Histories
from palate.sequence import all_item_vectors, epoch_batches
from palate.sequence.network.feedback import learn_buckets
from palate.sequence.network.words import word_bags
from palate.sequence.training.trainer import SequenceTrainer
import pyarrow.parquet as pq
import sys

torch.set_num_threads(1)
histories = Histories.from_table(pq.read_table(sys.argv[1]))
hidden, known = np.zeros(12, np.bool_), np.ones(12, np.bool_)
buckets = learn_buckets([lambda: histories])
trainer = SequenceTrainer(
    torch.eye(12), torch.from_numpy(known), SequenceConfig(width=8, layers=1, max_events=8), seed=3,
    device=torch.device("cpu"), words=word_bags([f"kind {n % 3} name {n}" for n in range(12)], known),
    feedback_buckets=buckets,
)
for batch in epoch_batches([lambda: histories], hidden, 8, 16, 5, feedback_buckets=buckets):
    trainer.step(batch)
print(hashlib.sha256(all_item_vectors(trainer.averaged).tobytes()).hexdigest())
"""


def _digest(histories: Path, hash_seed: str) -> str:
    """What one epoch learns, in a process of its own."""
    modules = os.pathsep.join([str(ROOT / "lib"), str(ROOT)])
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": modules}
    command = [sys.executable, "-c", DIGEST, str(histories)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=300, check=True
    ).stdout


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
    digests = {_digest(path, hash_seed) for hash_seed in ("1", "2")}
    assert len(digests) == 1


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
