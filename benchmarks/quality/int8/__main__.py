"""Item vectors and the encoder in bytes: what is lost and what is gained; on the validation events alone.

`python -m benchmarks.quality.int8 amazon-beauty --seed 0` reads the run that `python -m benchmarks.quality`
left, and writes the file and the table `results/amazon-beauty-int8`.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.command import RESULTS, end_well, markdown, measured_run, write
from benchmarks.quality.int8.encoder import encoders, table
from benchmarks.where import where
from jobs.runtime.stage import stage_folder
from jobs.runtime.stage_inputs import history_shards
from jobs.training.sequence import no_hidden_items
from palate.config import Config
from palate.data.held_out import case_batches
from palate.data.repeats import RepeatRules
from palate.retrieve import VectorShard
from palate.retrieve.index import Kind
from palate.sequence import UserModel, load_sequence

KINDS: tuple[Kind, ...] = ("exact", "int8", "hnsw")
K, LARGE, TIMED = 10, 100_000, 200
BYTES = {"exact": 4.0, "int8": 1.0, "hnsw": 4.0}
"""Of a number; a graph's links come on top."""
HEADING = "| index | bytes a number | NDCG@10 | same ten as exact | ms a query | ms a query, 100,000 items |"


class Questions(NamedTuple):
    """What validation users are asked."""

    users: NDArray[np.float32]
    seen: list[NDArray[np.int32]]
    targets: NDArray[np.int32]


def main() -> None:
    """Measure, and write."""
    data, config = measured_run("benchmarks.quality.int8", __doc__)
    model = load_sequence(stage_folder(config, "train_sequence"))
    asked = _questions(config, model)
    many = _many(model.item_vectors)
    lists: dict[str, NDArray[np.int32]] = {}
    found = {}
    for kind in KINDS:
        lists[kind], seconds = _searched(VectorShard(model.item_vectors, kind=kind, threads=1), asked)
        large = VectorShard(many, kind=kind, threads=2)
        _, seconds_of_many = _searched(large, Questions(*(part[:TIMED] for part in asked)))
        found[kind] = {
            "bytes_a_number": BYTES[kind],
            "ndcg@10": _ndcg(lists[kind], asked.targets),
            "same_as_exact": _overlap(lists[kind], lists["exact"]),
            "ms_a_query": round(1000 * seconds, 4),
            "ms_a_query_of_many": round(1000 * seconds_of_many, 4),
        }
        print(kind, found[kind], flush=True)
    told = encoders(config, lambda average: _ndcg_of(average, config))
    content = {"indexes": found, "encoders": told, "users": len(asked.targets), **where(RESULTS)}
    write(RESULTS / f"{data}-int8.json", content, f"{_table(found)}\n{table(told)}")


def _questions(config: Config, model: UserModel) -> Questions:
    users, seen, targets, every = [], [], [], no_hidden_items(config)
    for shard in history_shards(config):
        for cases in case_batches(shard(), "validation", every, RepeatRules.of(config)):
            users.append(model.user_vectors(cases.histories))
            seen += [history.items for history in cases.histories]
            targets.append(cases.targets[np.unique(cases.owners, return_index=True)[1]])
    return Questions(np.concatenate(users), seen, np.concatenate(targets))


def _many(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """As many vectors as a large catalogue has: the catalogue's own with some noise, of unit length."""
    chance = np.random.default_rng(0)
    drawn = vectors[chance.integers(len(vectors), size=LARGE)]
    drawn += chance.normal(0, 0.3 / np.sqrt(vectors.shape[1]), drawn.shape).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _searched(index: VectorShard, asked: Questions) -> tuple[NDArray[np.int32], float]:
    """The lists, [users, 10], and the seconds of a query on one thread."""
    index.threads = 1
    began = time.perf_counter()
    found = index.search(asked.users, K, asked.seen).items
    return found, (time.perf_counter() - began) / len(found)


def _ndcg(lists: NDArray[np.int32], targets: NDArray[np.int32]) -> float:
    hits = lists == targets[:, None]
    return round(float((hits / np.log2(np.arange(K) + 2)).sum(1).mean()), 5)


def _ndcg_of(model: UserModel, config: Config) -> float:
    asked = _questions(config, model)
    return _ndcg(_searched(VectorShard(model.item_vectors), asked)[0], asked.targets)


def _overlap(lists: NDArray[np.int32], exact: NDArray[np.int32]) -> float:
    return round(
        float(np.mean([len(np.intersect1d(*pair)) / K for pair in zip(lists, exact, strict=True)])), 4
    )


def _table(found: dict[str, Any]) -> str:
    rows = [
        f"| {kind} | {one['bytes_a_number']:.0f} | {one['ndcg@10']:.4f} | {one['same_as_exact']:.3f} "
        f"| {one['ms_a_query']:.3f} | {one['ms_a_query_of_many']:.2f} |"
        for kind, one in found.items()
    ]
    return markdown(HEADING, rows)


if __name__ == "__main__":
    end_well(main)
