"""Search of inverted lists: the lists nearest to a query, and exact scores of what they hold."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from palate.retrieve.index import SearchResult, Seen, check_queries, empty_result, faiss_threads

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

FETCHED = 4
"""Items that are fetched for each one that is wanted, as codes of products of quantisers rank roughly."""


class InvertedLists:
    """A contiguous part of the catalogue, searched in an index of the whole that others search as well.

    The index is of all items because the number of parts is a setting of serving, unknown when a release is
    built. A part passes over the ids of others by their range, before any product is worked out, and the
    pages of the mapped file are shared by all parts on a machine.
    """

    def __init__(self, index: Any, vectors: Scores, first: int = 0, threads: int = 1) -> None:
        """Take a faiss index of the whole catalogue, and float32 vectors [part, width] from item `first`."""
        self.first, self.size = first, len(vectors)
        self.threads = threads
        self._index, self._vectors = index, vectors

    def search(self, queries: Scores, k: int, seen: Seen) -> SearchResult:
        """The `k` best items of this part that are met for each query, as `VectorShard.search`."""
        check_queries(queries, seen, self._index.d)
        result = empty_result(len(queries), k)
        with faiss_threads(self.threads):
            for row, query in enumerate(queries):
                rows, scores = self._search_one(query, k, self._local(seen[row]))
                result.items[row, : len(rows)] = rows + self.first
                result.scores[row, : len(rows)] = scores
        return result

    def _local(self, seen: NDArray[np.int32]) -> Rows:
        rows = np.unique(np.asarray(seen, np.int64) - self.first)
        return rows[(rows >= 0) & (rows < self.size)]

    def _search_one(self, query: Scores, k: int, seen: Rows) -> tuple[Rows, Scores]:
        """Visit more lists until they hold enough: much that is seen may lie in the nearest ones."""
        wanted, probes = min(k, self.size - len(seen)), self._index.nprobe
        rows = self._fetch(query, wanted, seen, probes)
        while len(rows) < wanted and probes < self._index.nlist:
            probes = min(4 * probes, self._index.nlist)
            rows = self._fetch(query, wanted, seen, probes)
        scores: Scores = self._vectors[rows] @ query
        best = np.lexsort((rows, -scores))[:k]
        return rows[best], scores[best]

    def _fetch(self, query: Scores, wanted: int, seen: Rows, probes: int) -> Rows:
        if wanted == 0:
            return np.zeros(0, np.int64)
        count = min(FETCHED * wanted, self.size) if isinstance(self._index, faiss.IndexIVFPQ) else wanted
        parameters = faiss.SearchParametersIVF(  # type: ignore[call-arg]
            sel=self._selector(seen), nprobe=probes
        )
        items = self._index.search(np.ascontiguousarray(query[None], np.float32), count, params=parameters)[1]
        found: Rows = items[0][items[0] >= 0] - self.first
        return found

    def _selector(self, seen: Rows) -> Any | None:
        """What a search may find; None where that is everything."""
        own = faiss.IDSelectorRange(self.first, self.first + self.size)
        if not len(seen):
            return None if self.size == self._index.ntotal else own
        return faiss.IDSelectorAnd(own, faiss.IDSelectorNot(faiss.IDSelectorBatch(seen + self.first)))
