"""A release in one process: recommendations, similar items and search by free text."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow.fs import LocalFileSystem

from palate.config import IndexConfig
from palate.data.histories import Histories, History
from palate.encode import Encoder, load_encoder
from palate.encode.vectors import vector_matrix
from palate.errors import PalateError
from palate.recommender.catalogue import Catalogue
from palate.release import Release
from palate.retrieve import Popularity, Scorer, ShardedIndex, load_model
from palate.retrieve.hybrid import HYBRID, PARTNER, Hybrid, load_weight
from palate.schema import USER
from palate.sequence import MovingAverage, UserModel, load_sequence

FALLBACK = Popularity.method
"""The method for somebody without a history."""
SEQUENCE, MOVING_AVERAGE = "sequence", "moving-average"
VECTOR_METHODS = (SEQUENCE, MOVING_AVERAGE)
"""The methods that search among item vectors, and so need no scores of all items."""


class Recommendation(NamedTuple):
    """One place of a list."""

    item: str
    title: str
    score: float


class Recommender:
    """Answers from the artefacts of one release; each is read when it is first needed."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.method = release.manifest.method
        self._folder = release.folder
        self._settings: dict[str, Any] = self._folder.read_json("config.json")
        self.catalogue = Catalogue(self._folder.read_table("catalogue.parquet"))

    def recommend(self, history: Sequence[str], k: int = 10) -> list[Recommendation]:
        """The best `k` items for somebody who touched these items (ids or titles), oldest first.

        None of them is recommended again. Without a history the most popular items are the answer.
        `PalateError` for an item that the catalogue does not hold.
        """
        items = self.catalogue.indices(list(history))
        return self._recommend(History(items, np.arange(len(items), dtype=np.int64)), k)

    def recommend_user(self, user: str, k: int = 10) -> list[Recommendation]:
        """The best `k` items for a user of the release, who has touched none of them."""
        return self._recommend(self.history(user), k)

    def history(self, user: str) -> History:
        """Everything the release knows of the user; `PalateError` for a user that it does not know."""
        table = self._folder.read_table("histories", filters=pc.field(USER) == user)
        if table.num_rows == 0:
            raise PalateError(
                f"Release {self.release.manifest.id} has no user {user!r}; for somebody new give what "
                "they liked as a history instead (palate recommend --history ITEM,ITEM)"
            )
        block = Histories.from_table(table)
        return History(block.items, block.times)

    def similar(self, item: str, k: int = 10) -> list[Recommendation]:
        """The `k` items whose vectors in the sequence model have the greatest cosine with this one's."""
        index = self.catalogue.index(item)
        query = self._sequence.item_vectors[index : index + 1]
        return self._found(self._sequence_index, query, k, np.asarray([index], np.int32))

    def search(self, text: str, k: int = 10) -> list[Recommendation]:
        """The `k` items whose texts' vectors have the greatest cosine with the vector of `text`."""
        if not text.strip():
            raise PalateError('Give a text to search for, such as "slow-burning space horror"')
        return self._found(self._text_index, self._encoder.encode([text]), k, np.zeros(0, np.int32))

    def _recommend(self, history: History, k: int) -> list[Recommendation]:
        if not len(history.items):
            return self._best(self._fallback.scores([history])[0], k, history.items)
        if self.method in VECTOR_METHODS:
            users, index = self._vector_search
            return self._found(index, users.user_vectors([history]), k, history.items)
        return self._best(self._scorer.scores([history])[0], k, history.items)

    def _found(
        self, index: ShardedIndex, queries: NDArray[np.float32], k: int, seen: NDArray[np.int32]
    ) -> list[Recommendation]:
        found = index.search(queries, _places(k), [seen])
        return self._listed(found.items[0], found.scores[0])

    def _best(self, scores: NDArray[np.float32], k: int, seen: NDArray[np.int32]) -> list[Recommendation]:
        unseen = np.setdiff1d(np.arange(len(self.catalogue)), seen)
        best = unseen[np.lexsort((unseen, -scores[unseen]))[: _places(k)]]
        return self._listed(best, scores[best])

    def _listed(self, items: NDArray[np.integer], scores: NDArray[np.float32]) -> list[Recommendation]:
        names, titles = self.catalogue.items, self.catalogue.titles
        return [
            Recommendation(names[item], titles[item], float(score))
            for item, score in zip(items.tolist(), scores, strict=True)
            if item >= 0
        ]

    @cached_property
    def _vector_search(self) -> tuple[UserModel, ShardedIndex]:
        if self.method == SEQUENCE:
            return self._sequence, self._sequence_index
        rate = self._settings["sequence"]["recency_rate"]
        return MovingAverage(self._text_vectors, rate), self._text_index

    @cached_property
    def _sequence(self) -> UserModel:
        return load_sequence(self._folder / "sequence")

    @cached_property
    def _scorer(self) -> Scorer:
        methods = self._folder / "methods"
        if self.method == HYBRID:
            return Hybrid(self._sequence, load_model(methods, PARTNER), load_weight(methods))
        return load_model(methods, self.method)

    @cached_property
    def _fallback(self) -> Scorer:
        return load_model(self._folder / "methods", FALLBACK)

    @cached_property
    def _sequence_index(self) -> ShardedIndex:
        return self._index(self._sequence.item_vectors)

    @cached_property
    def _text_index(self) -> ShardedIndex:
        return self._index(self._text_vectors)

    @cached_property
    def _text_vectors(self) -> NDArray[np.float32]:
        return vector_matrix(self._folder.read_table("vectors"))

    def _index(self, vectors: NDArray[np.float32]) -> ShardedIndex:
        config = IndexConfig.model_validate(self._settings["index"])
        return ShardedIndex.build(vectors, config.shards, config.kind, config.hnsw_links, config.hnsw_search)

    @cached_property
    def _encoder(self) -> Encoder:
        folder, max_tokens = self._folder / "encoder", self._settings["encoder"]["max_tokens"]
        if isinstance(folder.fs, LocalFileSystem):
            return load_encoder(Path(folder.path), max_tokens)
        with tempfile.TemporaryDirectory() as place:
            return load_encoder(folder.download(Path(place)), max_tokens)


def _places(k: int) -> int:
    if k < 1:
        raise PalateError(f"A list needs at least 1 place, not {k}")
    return k
