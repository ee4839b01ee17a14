"""Retrieval, the second stage: from vectors and histories to candidates out of one shard of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config.baselines import USERS_AS_TEXT
from palate.live.overlay import NO_OVERLAY, Overlay
from palate.rank.filters import ItemFacts
from palate.rank.filters.base import ItemMask
from palate.rank.rules import Rules
from palate.recommender.artefacts import CONTENT, FALLBACK, Artefacts
from palate.recommender.live_scores import LiveMethodSource, LiveVectorSource
from palate.recommender.narrowing import lifted_items, lifts, unwanted_items
from palate.recommender.query import NO_RULES, REQUEST, SAID, Items, Query, Space, UserVectors
from palate.recommender.search import FusedScores, LexicalSource
from palate.recommender.sources import MethodSource, Rows, Scores, SourceScores, VectorSource
from palate.retrieve import SearchResult, VectorShard
from palate.retrieve.candidates import Candidates
from palate.retrieve.hybrid import SEQUENCE
from palate.retrieve.item_vectors import part_of
from palate.retrieve.ivf import InvertedLists, open_inverted_lists
from palate.schema import NO_ITEM


class RetrieverShard:
    """A contiguous part of the catalogue with all candidate sources; the parts together lose nothing."""

    def __init__(self, artefacts: Artefacts, part: int = 0, parts: int = 1) -> None:
        """Take part `part` of `parts` nearly equal ones."""
        bounds = np.linspace(0, len(artefacts.catalogue), parts + 1).astype(int)
        self.first, self._end = int(bounds[part]), int(bounds[part + 1])
        self._items = len(artefacts.catalogue)
        self._overlay, self._live_rows = NO_OVERLAY, np.zeros(0, np.int64)
        self._names, self._candidates = artefacts.sources, artefacts.rerank.candidates
        items = slice(self.first, self._end)
        self._columns = artefacts.rerank.columns
        sequence, text = artefacts.item_vectors, artefacts.text_vectors
        if parts > 1:
            sequence, text = part_of(sequence, items), part_of(text, items)
        self._facts = artefacts.facts if parts == 1 else self._facts_of_part(artefacts)
        self._live_facts: ItemFacts | None = None
        self._spaces: dict[str, VectorSource | LiveVectorSource] = {
            SEQUENCE: self._vector_source(SEQUENCE, sequence, artefacts),
            CONTENT: self._vector_source(CONTENT, text, artefacts),
        }
        self._methods: dict[str, MethodSource | LiveMethodSource] = {
            name: MethodSource(artefacts.model(name), items)
            for name in self._names
            if name not in (*self._spaces, USERS_AS_TEXT)
        }
        self._lexical_weight = artefacts.index.lexical_weight
        self._lexical: LexicalSource | None = None
        if self._lexical_weight:
            self._lexical = LexicalSource(lambda: artefacts.lexical, items)

    def _facts_of_part(self, artefacts: Artefacts) -> ItemFacts:
        own, nothing = self._end - self.first, np.zeros((self._end - self.first, 0), np.float32)
        return ItemFacts.of(artefacts.catalogue.slice(self.first, own), self._columns, nothing)

    def warm(self) -> None:
        """Make now what searches go by, so that none has to wait for it."""
        if self._lexical is not None:
            self._lexical.warm()

    def over(self, overlay: Overlay) -> RetrieverShard:
        """The shard with live items: those of its own items, and in the last one all that are new."""
        layered = copy(self)
        layered._overlay = overlay
        new = overlay.new(self._items) if self._end == self._items else np.zeros(len(overlay), bool)
        own = new | ((overlay.indices >= self.first) & (overlay.indices < self._end))
        size, rows = self._end - self.first, overlay.indices.astype(np.int64) - self.first
        layered._live_rows = rows[own]
        own_rows = overlay.table.filter(pa.array(own))
        layered._live_facts = ItemFacts.of(own_rows, self._columns, overlay.item_vectors[own])
        spaces = ((SEQUENCE, new, overlay.item_vectors), (CONTENT, own, overlay.vectors.text))
        layered._spaces = {
            name: LiveVectorSource(self._spaces[name], size, rows[shown], vectors[shown])  # type: ignore[arg-type]
            for name, shown, vectors in spaces
        }
        layered._methods = {
            name: LiveMethodSource(source, self._items, size, rows[new])  # type: ignore[arg-type]
            for name, source in self._methods.items()
        }
        if self._lexical is not None:
            own_live = [overlay.rows[row] for row in np.flatnonzero(own)]
            layered._lexical = self._lexical.over(own_live, rows[own])
        return layered

    def retrieve(self, queries: Sequence[Query], users: UserVectors) -> list[Candidates]:
        """Candidates for each query: of every source the best that the person has not seen.

        Somebody without a history gets the most popular items alone.
        """
        histories = [query.history for query in queries]
        scored = {
            SEQUENCE: self._spaces[SEQUENCE].scored(users.sequence),
            CONTENT: self._spaces[CONTENT].scored(users.content),
            **{name: source.scored(histories) for name, source in self._methods.items()},
        }
        if users.text is not None:
            scored[USERS_AS_TEXT] = self._spaces[CONTENT].scored(users.text)
        spoken = {REQUEST: users.request, SAID: users.said}
        in_words = {name: vectors for name, vectors in spoken.items() if vectors is not None}
        for name, vectors in in_words.items():
            scored[name] = self._spaces[CONTENT].scored(vectors)
        asked = [tuple(name for name in in_words if in_words[name][row].any()) for row in range(len(queries))]
        return [
            self._candidates_for(row, query, scored, words)
            for row, (query, words) in enumerate(zip(queries, asked, strict=True))
        ]

    def nearest(
        self,
        queries: Scores,
        space: Space,
        k: int,
        hidden: Sequence[Items],
        rules: Rules = NO_RULES,
        words: Sequence[str] = (),
    ) -> SearchResult:
        """The `k` items of this shard with the greatest product with each query, as `VectorShard.search`.

        `queries` are float32 [queries, width of the space]; `hidden` holds catalogue indices for each; the
        rules narrow what is searched. Where there are `words`, a text for each query, those of items' texts
        count beside the products.
        """
        unwanted = self._unwanted(rules)
        scored = self._spaces[SEQUENCE if space == "sequence" else CONTENT].scored(queries)
        if self._lexical is not None and any(words):
            scored = FusedScores(scored, self._lexical.scored(words), self._lexical_weight)
        result = SearchResult(
            np.full((len(queries), k), NO_ITEM, np.int32), np.full((len(queries), k), -np.inf, np.float32)
        )
        for row in range(len(queries)):
            out = self._local(np.concatenate([hidden[row], self._overlay.hidden]))
            rows = scored.best(row, k, np.union1d(out, unwanted))
            result.items[row, : len(rows)] = rows + self.first
            result.scores[row, : len(rows)] = scored.at(row, rows)
        return result

    def _candidates_for(
        self, row: int, query: Query, scored: Mapping[str, SourceScores], words: tuple[str, ...]
    ) -> Candidates:
        """`words` are the sources of what was said in words."""
        # The best rows of each source, without what the person has seen or nobody wants in this list.
        count = query.candidates_per_source(self._candidates)
        hidden = self._local(np.concatenate([query.seen, query.exclude, self._overlay.hidden]))
        unwanted = self._unwanted(query.rules)
        sources = (*self._names, *words)
        names = sources if len(query.history.items) else (FALLBACK, *words)
        every = np.union1d(hidden, unwanted)
        best = {name: scored[name].best(row, count, every) for name in names}
        # What boosts lift, too: it may be far from the best of any source.
        if lifts(query.rules):
            others = np.union1d(every, self._not_lifted(query.rules))
            best = {name: np.union1d(best[name], scored[name].best(row, query.k, others)) for name in names}
        # All of them together, [n], and what was kept out for the rules if the caller asks for it.
        rows = np.unique(np.concatenate([*best.values(), self._local(query.include)]))
        if query.debug and len(unwanted):
            kept_out = [scored[name].best(row, count, hidden) for name in names]
            rows = np.union1d(rows, np.intersect1d(np.concatenate(kept_out), unwanted))
        # The score and the vote of every source, [n, sources].
        scores = np.stack([scored[name].at(row, rows) for name in sources], axis=1)
        nominated = [np.isin(rows, best.get(name, rows[:0])) for name in sources]
        items = (rows + self.first).astype(np.int32)
        return Candidates(sources, items, scores.astype(np.float32), np.stack(nominated, axis=1))

    def _unwanted(self, rules: Rules) -> Rows:
        """Rows that the rules or the catalogue keep out of the list, rising."""
        return self._rows_where(lambda facts: unwanted_items(rules, facts))

    def _not_lifted(self, rules: Rules) -> Rows:
        """Rows that no boost moves up, rising."""
        return self._rows_where(lambda facts: ~lifted_items(rules, facts))

    def _rows_where(self, is_meant: Callable[[ItemFacts], ItemMask]) -> Rows:
        """Rows whose facts, as they are now, are meant; rising."""
        released = np.flatnonzero(is_meant(self._facts))
        if self._live_facts is None:
            return released
        live = self._live_rows[is_meant(self._live_facts)]
        rows: Rows = np.union1d(np.setdiff1d(released, self._live_rows), live)
        return rows

    def _local(self, items: NDArray[np.integer]) -> Rows:
        rows = np.unique(items.astype(np.int64) - self.first)
        is_own = (rows >= 0) & (rows < self._end - self.first)
        return rows[is_own | np.isin(rows, self._live_rows)]

    def _vector_source(self, space: str, vectors: Scores, artefacts: Artefacts) -> VectorSource:
        index = artefacts.index
        if index.kind == "exact":
            return VectorSource(vectors)
        if index.kind == "ivf" or index.kind == "ivfpq":
            stored = open_inverted_lists(artefacts.folders.indices, space)
            if stored is None:  # the artefacts are of a run that has published nothing
                return VectorSource(vectors)
            return VectorSource(vectors, InvertedLists(stored, vectors, first=self.first))
        shard = VectorShard(
            vectors, first=self.first, kind=index.kind, links=index.hnsw_links, width=index.hnsw_search
        )
        return VectorSource(vectors, shard)
