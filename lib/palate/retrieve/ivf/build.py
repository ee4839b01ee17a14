"""Building inverted lists: clusters of items, and as many of them visited as the wanted recall needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from palate.retrieve.index import VectorShard, faiss_threads
from palate.retrieve.ivf.search import InvertedLists

StoredKind = Literal["ivf", "ivfpq"]

RECALL_AT, WANTED_RECALL = 100, 0.98
SAMPLED_QUERIES = 200
FEWEST_CODED = 256
"""Items from which codes of a byte can be learned; fewer are kept as they are."""
POINTS_PER_LIST, ROUNDS = 32, 10
"""Items that a cluster is learned from, and rounds of k-means: more takes longer and finds no more."""


class BuiltIndex(NamedTuple):
    """An index with the number of lists to visit set, and how it did on sampled queries."""

    index: Any
    """A faiss index of the whole catalogue."""
    probes: int
    recall: float
    """Mean share of the true 100 nearest that are found."""


def build_inverted_lists(
    vectors: NDArray[np.float32],
    kind: StoredKind,
    lists: int | None = None,
    probes: int | None = None,
    threads: int = 1,
) -> BuiltIndex:
    """Index float32 vectors [items, width], at least one.

    Without `lists` there are four times the square root of the items; without `probes`, as many as find .98
    of the hundred nearest.
    """
    count = min(lists or max(1, round(4 * math.sqrt(len(vectors)))), len(vectors))
    index = _empty_index(kind, vectors.shape[1], count, len(vectors))
    index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = POINTS_PER_LIST, 1
    index.cp.niter = ROUNDS
    with faiss_threads(threads):
        added = np.ascontiguousarray(vectors, np.float32)
        index.train(added)
        index.add(added)
    return _with_probes(index, added, probes, threads)


def _empty_index(kind: StoredKind, width: int, lists: int, items: int) -> Any:
    clusters = faiss.IndexFlatIP(width)
    metric = faiss.METRIC_INNER_PRODUCT
    if kind == "ivf" or items < FEWEST_CODED:
        index: Any = faiss.IndexIVFFlat(clusters, width, lists, metric)
    else:
        quantisers = next(width // numbers for numbers in (4, 2, 1) if width % numbers == 0)
        index = faiss.IndexIVFPQ(clusters, width, lists, quantisers, 8, metric)
    return index


def _with_probes(index: Any, vectors: NDArray[np.float32], probes: int | None, threads: int) -> BuiltIndex:
    """Set the lists visited: the given number, or the fewest that find enough."""
    queries = _sampled_queries(vectors)
    nothing = [np.zeros(0, np.int32)] * len(queries)
    k = min(RECALL_AT, len(vectors))
    exact = VectorShard(vectors, threads=threads).search(queries, k, nothing).items
    searched = InvertedLists(index, vectors, threads=threads)

    def recall(visited: int) -> float:
        index.nprobe = visited
        found = searched.search(queries, k, nothing).items
        return float(np.mean([np.isin(a, b).mean() for a, b in zip(exact, found, strict=True)]))

    chosen = min(probes, index.nlist) if probes is not None else fewest_probes(recall, index.nlist)
    return BuiltIndex(index, chosen, recall(chosen))


def fewest_probes(recall: Callable[[int], float], lists: int) -> int:
    """About the fewest of `lists` lists of which `recall` is as wanted, at most an eighth too many; or all.

    Their number is doubled until enough is found, then narrowed down between the last two.
    """
    enough = 1
    while enough < lists and recall(enough) < WANTED_RECALL:
        enough = min(2 * enough, lists)
    too_few = enough // 2
    while enough - too_few > max(1, enough // 8):
        middle = (too_few + enough) // 2
        if recall(middle) < WANTED_RECALL:
            too_few = middle
        else:
            enough = middle
    return enough


def _sampled_queries(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Items, and halfway between two of them, where users are: float32 [queries, width]."""
    random = np.random.default_rng(0)
    first, second = random.integers(0, len(vectors), (2, SAMPLED_QUERIES))
    second[::2] = first[::2]
    halfway: NDArray[np.float32] = (vectors[first] + vectors[second]) / np.float32(2)
    return halfway
