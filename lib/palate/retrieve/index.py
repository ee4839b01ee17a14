"""Approximate nearest neighbours: exact, int8 and HNSW search among item vectors, by shards of a catalogue.

faiss does the search. It and torch each bring an OpenMP runtime; both may be imported in either order,
but when torch comes first a thread count set through faiss is torch's as well. So a search sets faiss's
threads for its own duration only and puts the former count back. Who only merges results imports no faiss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.schema import NO_ITEM

Kind = Literal["exact", "int8", "hnsw"]
Seen = Sequence[NDArray[np.int32]]


class SearchResult(NamedTuple):
    """The best items of each query: by falling score, and by rising index where scores are equal."""

    items: NDArray[np.int32]
    """Catalogue indices, shape [queries, k]; `NO_ITEM` where there is none, with minus infinity as score."""
    scores: NDArray[np.float32]
    """Inner products, shape [queries, k]."""


class VectorShard:
    """A contiguous slice of the catalogue that can be searched by itself.

    `exact` compares with every vector. `int8` does so with a byte for each number, between the least and the
    greatest of its dimension: a quarter of the memory, and scores that are a little off. `hnsw` walks a graph
    of near neighbours (Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
    Hierarchical Navigable Small World graphs", TPAMI 2020), which is approximate and needs about `8 * links`
    further bytes an item.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        first: int = 0,
        kind: Kind = "exact",
        links: int = 32,
        width: int = 128,
        threads: int = 1,
    ) -> None:
        """Index float32 vectors of shape [items, dimensions], the first of which is item `first`.

        `links` and `width` (candidates kept on the way) are for `hnsw` only. With more than one thread
        an HNSW graph is built faster and differs from one build to the next.
        """
        self.first, self.size = first, len(vectors)
        self.threads = threads
        self._kind, self._width = kind, width
        # Nothing is no sample from which int8 could learn its ranges.
        self._index = _empty_index(kind if self.size else "exact", vectors.shape[1], links)
        with faiss_threads(threads):
            added = np.ascontiguousarray(vectors, np.float32)
            self._index.train(added)
            self._index.add(added)

    def search(self, queries: NDArray[np.float32], k: int, seen: Seen) -> SearchResult:
        """The `k` best items of this shard for each query, none of which is among the query's `seen`.

        `queries` is float32 [queries, dimensions]; `seen` holds an array of catalogue indices for each.
        """
        check_queries(queries, seen, self._index.d)
        result = empty_result(len(queries), k)
        with faiss_threads(self.threads):
            for row, query in enumerate(queries):
                items, scores = self._search_one(query, k, self._local(seen[row]))
                result.items[row, : len(items)] = items + self.first
                result.scores[row, : len(scores)] = scores
        return result

    def _local(self, seen: NDArray[np.int32]) -> NDArray[np.int64]:
        rows = np.unique(np.asarray(seen, np.int64) - self.first)
        return rows[(rows >= 0) & (rows < self.size)]

    def _search_one(
        self, query: NDArray[np.float32], k: int, seen: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Fetch more than `k` until no tie is cut: faiss keeps any of the items with equal scores."""
        unseen, fetch = self.size - len(seen), k + 1
        while True:
            rows, scores = self._fetch(query, min(fetch, self.size), seen)
            if fetch >= unseen or len(rows) < fetch or scores[-1] < scores[k - 1]:
                best = np.lexsort((rows, -scores))[:k]
                return rows[best], scores[best]
            fetch *= 2

    def _fetch(
        self, query: NDArray[np.float32], count: int, seen: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if count == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, rows = self._index.search(
            np.ascontiguousarray(query[None], np.float32), count, params=self._parameters(count, seen)
        )
        is_item = rows[0] >= 0  # faiss fills up with -1
        return rows[0][is_item], scores[0][is_item]

    def _parameters(self, count: int, seen: NDArray[np.int64]) -> Any:
        import faiss

        unseen = faiss.IDSelectorNot(faiss.IDSelectorBatch(seen))
        if self._kind != "hnsw":
            return faiss.SearchParameters(sel=unseen)  # type: ignore[call-arg]
        # Seen items take up places on the way through the graph, often the nearest ones.
        width = max(self._width, count) + len(seen)
        return faiss.SearchParametersHNSW(sel=unseen, efSearch=width)  # type: ignore[attr-defined]


class ShardedIndex:
    """Shards that cover the catalogue together; the result does not depend on how it is cut."""

    def __init__(self, shards: Sequence[VectorShard]) -> None:
        self.shards = list(shards)

    @classmethod
    def build(
        cls,
        vectors: NDArray[np.float32],
        shards: int = 1,
        kind: Kind = "exact",
        links: int = 32,
        width: int = 128,
        threads: int = 1,
    ) -> Self:
        """Cut float32 vectors [items, dimensions] into shards of nearly equal size; see `VectorShard`."""
        bounds = np.linspace(0, len(vectors), shards + 1).astype(int).tolist()
        return cls(
            [
                VectorShard(
                    vectors[start:end], first=start, kind=kind, links=links, width=width, threads=threads
                )
                for start, end in pairwise(bounds)
            ]
        )

    def search(self, queries: NDArray[np.float32], k: int, seen: Seen) -> SearchResult:
        """The `k` best unseen items of the whole catalogue for each query, as `VectorShard.search`."""
        return merge_results([shard.search(queries, k, seen) for shard in self.shards], k)


def merge_results(results: Sequence[SearchResult], k: int) -> SearchResult:
    """The `k` best of several shards' results for the same queries."""
    # [queries, k of every shard], by falling score and rising item.
    items = np.concatenate([result.items for result in results], axis=1)
    scores = np.concatenate([result.scores for result in results], axis=1)
    order = np.lexsort((items, -scores), axis=1)[:, :k]
    # Fewer than k columns where the shards hold fewer items: the rest stays empty.
    merged = empty_result(len(items), k)
    merged.items[:, : order.shape[1]] = np.take_along_axis(items, order, axis=1)
    merged.scores[:, : order.shape[1]] = np.take_along_axis(scores, order, axis=1)
    return merged


def _empty_index(kind: Kind, dimensions: int, links: int) -> Any:
    import faiss

    if kind == "exact":
        return faiss.IndexFlatIP(dimensions)
    if kind == "int8":
        number = faiss.ScalarQuantizer.QT_8bit
        return faiss.IndexScalarQuantizer(dimensions, number, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexHNSWFlat(dimensions, links, faiss.METRIC_INNER_PRODUCT)


def empty_result(queries: int, k: int) -> SearchResult:
    """A result in which nothing is found."""
    return SearchResult(np.full((queries, k), NO_ITEM, np.int32), np.full((queries, k), -np.inf, np.float32))


def check_queries(queries: NDArray[np.float32], seen: Seen, dimensions: int) -> None:
    """Raise `PalateError` unless the queries fit the index and each has its seen items."""
    if queries.ndim != 2 or queries.shape[1] != dimensions:
        raise PalateError(f"Queries have shape {queries.shape}; this index needs [queries, {dimensions}]")
    if len(seen) != len(queries):
        raise PalateError(f"{len(queries)} queries but {len(seen)} arrays of seen items; give one for each")


@contextmanager
def faiss_threads(threads: int) -> Iterator[None]:
    """Faiss on this many threads, and then on as many as before."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(threads)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
