"""Retrieval from many items: build, open, search and memory of stored inverted lists, and of rivals.

Vectors are synthetic: unit vectors of 128 numbers around 5,000 centres; queries lie around them alike. Each
retriever opens a published release in a process of its own, so that its memory is that of what it opened:
`bytes` is its own, with every page of the mapped files that it has read while it answered.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.scale.results import Figure, in_own_process, record, size_name
from palate.config import Config
from palate.recommender.artefacts import CONTENT, MATRICES, Artefacts
from palate.recommender.retrieval import RetrieverShard
from palate.release import SourceFile, promote, publish, verified_release
from palate.retrieve import Popularity, VectorShard, save_model
from palate.retrieve.hybrid import SEQUENCE
from palate.retrieve.index import Kind
from palate.retrieve.item_vectors import mapped_vectors, write_vectors
from palate.retrieve.ivf import InvertedLists, StoredKind, open_inverted_lists, write_inverted_lists
from palate.storage import Folder

WIDTH, CENTRES, QUERIES, K, THREADS = 128, 5_000, 200, 100, 2
NOTHING = [np.zeros(0, np.int32)]
STORED: list[StoredKind] = ["ivf", "ivfpq"]

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


def stored_figures(
    work: Folder, kind: StoredKind, queries: Vectors, exact: list[NDArray[np.int32]]
) -> dict[str, Any]:
    """An index built for the vectors of the release that is being made, beside them; then searched."""
    vectors, folder = mapped_vectors(work / MATRICES, SEQUENCE), work / "index"
    start = time.perf_counter()
    write_inverted_lists(folder, {SEQUENCE: vectors}, kind, threads=THREADS)
    built = time.perf_counter() - start
    folder.write_chunks(f"{CONTENT}.faiss", folder.chunks(f"{SEQUENCE}.faiss"))
    index = open_inverted_lists(folder, SEQUENCE)
    found, median = searched(InvertedLists(index, vectors), queries)
    probes = folder.read_json("recall.json")[SEQUENCE]["probes"]
    told = {"build_s": built, "p50_ms": median, "recall_at_100": recall(exact, found), "probes": probes}
    print(kind, told, file=sys.stderr)
    return told


def rival(kind: Kind, vectors: Vectors, queries: Vectors) -> dict[str, Any]:
    """An index that is built whenever a release opens."""
    start = time.perf_counter()
    shard = VectorShard(vectors, kind=kind)
    built = time.perf_counter() - start
    exact, _ = searched(VectorShard(vectors), queries)
    found, median = searched(shard, queries)
    return {"items": len(vectors), "open_s": built, "p50_ms": median, "recall_at_100": recall(exact, found)}


def begin_release(work: Folder, vectors: Vectors) -> None:
    """The files that a retriever reads, but its index; what is told of items is synthetic."""
    names = [f"i{index:08d}" for index in range(len(vectors))]
    titles = [f"Item number {index}" for index in range(len(vectors))]
    work.write_table("catalogue.parquet", pa.table({"item": names, "title": titles, "text": titles}))
    for space in (SEQUENCE, CONTENT):
        write_vectors(work / MATRICES, space, vectors)
    counts = np.random.default_rng(3).zipf(1.5, len(vectors)).clip(max=100_000).astype(np.float32)
    save_model(work / "methods", Popularity.method, Popularity(counts))


def published(work: Folder, releases: Folder, kind: str) -> None:
    """Publish and promote what is there, to be searched by `kind`."""
    settings = Config.model_validate({"index": {"kind": kind}}).model_dump(mode="json")
    work.write_json("config.json", {name: settings[name] for name in ("encoder", "index", "rerank")})
    files = [name for name in work.files(recursive=True) if kind != "exact" or not name.startswith("index")]
    sources = {name: SourceFile(work, name) for name in files}
    promote(releases, publish(releases, sources, "synthetic", SEQUENCE).manifest.id)


def opened(releases: Folder, parts: int) -> dict[str, float]:
    """Seconds and bytes of a retriever of the first of `parts` parts, in a process of its own."""
    return in_own_process("retrieval", "--open", releases.uri, str(parts))


def open_part(releases: Folder, parts: int) -> dict[str, float]:
    """Open a part as a retriever does, checksums included, and search it, in this process."""
    process = psutil.Process()
    before, start = process.memory_full_info().uss, time.perf_counter()
    artefacts = Artefacts.of(verified_release(releases))
    verified = time.perf_counter() - start
    shard = RetrieverShard(artefacts, 0, parts)
    queries, took = clustered(QUERIES, 2), []
    shard.nearest(queries[:1], "sequence", K, NOTHING)
    ready = time.perf_counter() - start
    for query in queries:
        began = time.perf_counter()
        shard.nearest(query[None], "sequence", K, NOTHING)
        took.append(1000 * (time.perf_counter() - began))
        shard.nearest(query[None], "text", K, NOTHING)
    told = {"open_s": ready, "of_it_checksums_s": verified, "p50_ms": float(np.median(took))}
    return told | {"bytes": float(process.memory_full_info().uss - before)}


def figures(items: int, peer_items: int, folder: Path) -> dict[str, Any]:
    """All figures; the graph of the HNSW rival has `peer_items` alone, as it takes long to build."""
    vectors, queries = clustered(items, 1), clustered(QUERIES, 2)
    work, releases = Folder(str(folder / "work")), Folder(str(folder / "releases"))
    begin_release(work, vectors)
    exact, exact_ms = searched(VectorShard(vectors), queries)
    told: dict[str, Any] = {"exact_p50_ms": exact_ms, "hnsw": rival("hnsw", vectors[:peer_items], queries)}
    del vectors
    published(work, releases, "exact")
    told |= {"exact_whole": opened(releases, 1), "exact_quarter": opened(releases, 4)}
    for kind in STORED:
        told[kind] = stored_figures(work, kind, queries, exact)
        published(work, releases, kind)
        told[kind] |= {"whole": opened(releases, 1), "quarter": opened(releases, 4)}
    return told


def summary(told: dict[str, Any], items: int) -> dict[str, Figure]:
    """The figures that bars are set for; of the two stored kinds, the faster one that finds enough."""
    enough = [kind for kind in STORED if told[kind]["recall_at_100"] >= 0.98] or STORED
    kind = min(enough, key=lambda one: float(told[one]["p50_ms"]))
    best, size, both = told[kind], size_name(items), 2 * 4 * WIDTH * items
    whole, quarter = (told[f"exact_{part}"]["bytes"] for part in ("whole", "quarter"))
    return {
        f"retrieval_{size}_p50_ms": Figure(best["p50_ms"], f"median of {QUERIES} queries, {kind}"),
        f"retrieval_{size}_recall_at_100": Figure(best["recall_at_100"], f"beside a full comparison, {kind}"),
        f"open_{size}_s": Figure(best["whole"]["open_s"], f"a retriever, checksums included, {kind}"),
        "opened_bytes_over_vectors": Figure(whole / both, "a retriever by full comparison, own memory"),
        "shard_memory_ratio": Figure(
            quarter / whole, "a retriever of a quarter of the items over one of all"
        ),
    }


def measure(items: int) -> None:
    """Measure and record."""
    with TemporaryDirectory(prefix="palate-scale-") as folder:
        told = figures(items, items // 10, Path(folder))
    command = f"python -m benchmarks.scale retrieval --items {items}"
    record("retrieval", {"items": items, **told}, command, summary(told, items))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--open", nargs=2, required=True, metavar=("RELEASES", "PARTS"))
    chosen = parser.parse_args()
    print(json.dumps(open_part(Folder(chosen.open[0]), int(chosen.open[1]))))
