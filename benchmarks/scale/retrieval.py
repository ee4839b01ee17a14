"""Retrieval from many items: build, open, search and memory of stored inverted lists, and of rivals.

Vectors are synthetic: unit vectors of 128 numbers around 5,000 centres; queries lie around them alike. Each
open is measured in a process of its own, so that its memory (unique set size) is that of what it opened.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.scale.results import record
from palate.retrieve import VectorShard
from palate.retrieve.index import Kind
from palate.retrieve.ivf import InvertedLists, open_inverted_lists, write_inverted_lists
from palate.storage import Folder

WIDTH, CENTRES, QUERIES, K, THREADS = 128, 5_000, 200, 100, 2
NOTHING = [np.zeros(0, np.int32)]

Vectors = NDArray[np.float32]


def clustered(rows: int, seed: int) -> Vectors:
    """Unit vectors, float32 [rows, 128]; the centres are the same for every seed."""
    centres = np.random.default_rng(0).standard_normal((CENTRES, WIDTH), np.float32)
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((rows, WIDTH), np.float32)
    vectors *= np.float32(0.7)
    vectors += centres[random.integers(0, CENTRES, rows)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def searched(shard: VectorShard | InvertedLists, queries: Vectors) -> tuple[list[NDArray[np.int32]], float]:
    """Items of each query, one at a time, and the median time of one in milliseconds."""
    items, took = [], []
    for query in queries:
        start = time.perf_counter()
        items.append(shard.search(query[None], K, NOTHING).items[0])
        took.append(1000 * (time.perf_counter() - start))
    return items, float(np.median(took))


def recall(exact: list[NDArray[np.int32]], found: list[NDArray[np.int32]]) -> float:
    """Mean share of the exact items that were found."""
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(exact, found, strict=True)]))


def figures(items: int, peer_items: int, folder: Path) -> dict[str, Any]:
    """All figures; the graph of the HNSW rival has `peer_items` alone, as it takes long to build."""
    vectors, queries = clustered(items, 1), clustered(QUERIES, 2)
    np.save(folder / "vectors.npy", vectors)
    exact, exact_ms = searched(VectorShard(vectors), queries)
    told: dict[str, Any] = {"retrieval_exact_p50_ms": exact_ms}
    stored = Folder(str(folder / "ivf"))
    start = time.perf_counter()
    write_inverted_lists(stored, {"sequence": vectors}, "ivf", threads=THREADS)
    told["build_s"] = time.perf_counter() - start
    start = time.perf_counter()
    index = open_inverted_lists(stored, "sequence")
    told["open_s"] = time.perf_counter() - start
    found, told["retrieval_p50_ms"] = searched(InvertedLists(index, vectors), queries)
    told["retrieval_recall_at_100"] = recall(exact, found)
    told["retrieval_probes"] = stored.read_json("recall.json")["sequence"]["probes"]
    print(json.dumps(told), flush=True)
    whole, quarter = (opened_memory(folder, parts) for parts in (1, 4))
    told |= {"shard_megabytes": [whole / 1e6, quarter / 1e6], "shard_memory_ratio": quarter / whole}
    return told | rival("hnsw", vectors[:peer_items], queries)


def rival(kind: Kind, vectors: Vectors, queries: Vectors) -> dict[str, Any]:
    """An index that is built whenever a release opens."""
    start = time.perf_counter()
    shard = VectorShard(vectors, kind=kind)
    built = time.perf_counter() - start
    exact, _ = searched(VectorShard(vectors), queries)
    found, median = searched(shard, queries)
    told = {"items": len(vectors), "open_s": built, "p50_ms": median, "recall_at_100": recall(exact, found)}
    return {f"{kind}_rival": told}


def opened_memory(folder: Path, parts: int) -> int:
    """Bytes that the first of `parts` parts needs for itself: vectors and the mapped index, searched."""
    command = [sys.executable, "-m", "benchmarks.scale.retrieval", "--open", str(folder), str(parts)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout)


def open_part(folder: Path, parts: int) -> int:
    """Open and search a part as a retriever does, in this process."""
    process = psutil.Process()
    before = process.memory_full_info().uss
    vectors = np.load(folder / "vectors.npy")
    if parts > 1:
        vectors = vectors[: len(vectors) // parts].copy()
    searched(
        InvertedLists(open_inverted_lists(Folder(str(folder / "ivf")), "sequence"), vectors), vectors[:50]
    )
    mapped = sum(one.private_clean for one in process.memory_maps() if one.path.endswith(".faiss"))
    return int(process.memory_full_info().uss - mapped - before)


def measure(items: int) -> None:
    """Measure and record."""
    with TemporaryDirectory() as folder:
        told = figures(items, items // 10, Path(folder))
    record("retrieval", {"items": items, **told}, f"python -m benchmarks.scale retrieval --items {items}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--open", nargs=2, required=True, metavar=("FOLDER", "PARTS"))
    chosen = parser.parse_args()
    print(open_part(Path(chosen.open[0]), int(chosen.open[1])))
