"""Batch recommendation: the lists of a block of users or of items, and the vectors of texts, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from palate.data.histories import Histories
from palate.rank.rules import Rules
from palate.recommender.encoding import UserEncoder
from palate.recommender.query import Query, Ranking
from palate.recommender.recommender import Recommender
from palate.schema import INDEX, ITEM, ITEMS, TEXT, USER, VECTOR

SCORES, SOURCES, REASONS, SIMILARITY = "scores", "sources", "reasons", "similarity"
GROUP = 64
"""Queries that are answered together: their scores of the whole catalogue are in memory at once."""

_ITEMS = pa.field(ITEMS, pa.list_(pa.string()), nullable=False)
_SCORES = pa.field(SCORES, pa.list_(pa.float32()), nullable=False)
_SOURCES = pa.field(SOURCES, pa.list_(pa.map_(pa.string(), pa.float32())), nullable=False)
_REASON = pa.struct([(ITEM, pa.string()), (SIMILARITY, pa.float32())])
_REASONS = pa.field(REASONS, pa.list_(pa.list_(_REASON)), nullable=False)

LISTS_SCHEMA = pa.schema([pa.field(USER, pa.string(), nullable=False), _ITEMS, _SCORES, _SOURCES])
"""One row a user: ids of the items, the best first; for each its score, and what its sources gave it."""
SIMILAR_SCHEMA = pa.schema([pa.field(ITEM, pa.string(), nullable=False), _ITEMS, _SCORES])
"""One row an item: ids of the items that are most like it, the nearest first, and their cosines."""


class ListSettings(NamedTuple):
    """What every list is to be."""

    k: int = 10
    rules: Rules = Rules()
    reasons: bool = False
    """Whether to say which items of the history are most like each recommended one."""


def user_lists(recommender: Recommender, histories: Histories, settings: ListSettings, now: int) -> pa.Table:
    """A row of `LISTS_SCHEMA` for each user, in their order, as of `now` (seconds since 1970).

    Each list is that of `Recommender.recommend_user`; it is empty where filters leave nothing. With
    `reasons` a last column holds, for each item, the items of the history that are most like it.
    """
    rankings: list[Ranking] = []
    for first in range(0, len(histories), GROUP):
        users = range(first, min(first + GROUP, len(histories)))
        queries = [_query(recommender, histories, user, settings, now=now) for user in users]
        rankings += recommender.answer(queries).rankings
    names, users = recommender.catalogue.items, histories.users.to_pylist()
    rows = [{USER: user, **_list_of(own, names)} for user, own in zip(users, rankings, strict=True)]
    return pa.Table.from_pylist(rows, LISTS_SCHEMA.append(_REASONS) if settings.reasons else LISTS_SCHEMA)


def similar_items(recommender: Recommender, items: Sequence[int], k: int) -> pa.Table:
    """A row of `SIMILAR_SCHEMA` for each catalogue index, in their order; each as `Recommender.similar`."""
    names, rows = recommender.catalogue.items, []
    for first in range(0, len(items), GROUP):
        group = np.asarray(items[first : first + GROUP], np.int32)
        queries = recommender.encoder.encode_items(group.tolist())
        found = recommender.retriever.nearest(queries, "sequence", k, list(group[:, None]))
        for item, near, scores in zip(group, found.items, found.scores, strict=True):
            there = near >= 0
            listed = [names[index] for index in near[there]]
            rows.append({ITEM: names[item], ITEMS: listed, SCORES: scores[there]})
    return pa.Table.from_pylist(rows, SIMILAR_SCHEMA)


def text_vectors(encoder: UserEncoder, texts: Sequence[str], first: int) -> pa.Table:
    """A row for each text: its number, counted from `first`, the text, and its unit vector (float32 list)."""
    vectors = encoder.encode_texts(texts)
    flat = pa.array(vectors.reshape(-1), pa.float32())
    numbers = pa.array(range(first, first + len(texts)), pa.int64())
    columns = [
        numbers,
        pa.array(texts, pa.string()),
        pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
    ]
    return pa.Table.from_arrays(columns, names=[INDEX, TEXT, VECTOR])


def _query(
    recommender: Recommender, histories: Histories, user: int, settings: ListSettings, *, now: int
) -> Query:
    query = recommender.query(histories.whole(user), settings.k, now)
    disliked = histories.disliked(user)
    return query._replace(rules=settings.rules, disliked=disliked, explain=settings.reasons)


def _list_of(ranking: Ranking, names: Sequence[str]) -> dict[str, Any]:
    """A ranking as a row, less its user."""
    return {
        ITEMS: [names[item] for item in ranking.items],
        SCORES: ranking.scores,
        SOURCES: [list(scores.items()) for scores in ranking.sources],
        REASONS: [
            [{ITEM: names[item], SIMILARITY: cosine} for item, cosine in similar]
            for similar in ranking.because
        ],
    }
