"""Inverted lists are built once, mapped from their file and find nearly what a full comparison finds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from palate.recommender.sources import VectorSource
from palate.retrieve import ShardedIndex, VectorShard
from palate.retrieve.ivf import (
    InvertedLists,
    StoredKind,
    build_inverted_lists,
    open_inverted_lists,
    write_inverted_lists,
)
from palate.retrieve.ivf.build import fewest_probes
from palate.schema import NO_ITEM
from palate.storage import Folder

KINDS: list[StoredKind] = ["ivf", "ivfpq"]
NOTHING = np.zeros(0, np.int32)


@cache
def clustered() -> NDArray[np.float32]:
    """Unit vectors around forty centres, float32 [2000, 16]."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(40, 16))
    vectors = centres[random.integers(0, 40, 2000)] + 0.4 * random.normal(size=(2000, 16))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


@cache
def index(kind: StoredKind) -> object:
    return build_inverted_lists(clustered(), kind).index


def parts(kind: StoredKind, count: int) -> ShardedIndex:
    bounds = np.linspace(0, 2000, count + 1).astype(int)
    pieces = zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    return ShardedIndex([InvertedLists(index(kind), clustered()[a:b], first=a) for a, b in pieces])


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    count=st.integers(1, 5),
    k=st.integers(1, 50),
    hidden=st.integers(0, 2000),
    seed=st.integers(0, 2**32),
)
def test_a_list_is_full_sorted_exactly_scored_and_without_what_is_hidden(
    kind: StoredKind, count: int, k: int, hidden: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    query = random.normal(size=(1, 16)).astype(np.float32)
    seen = random.choice(2000, hidden, replace=False).astype(np.int32)

    found = parts(kind, count).search(query, k, [seen])

    items = found.items[0][found.items[0] != NO_ITEM]
    assert len(items) == min(k, 2000 - hidden) == len(set(items.tolist()))
    assert not np.isin(items, seen).any()
    scores = found.scores[0][: len(items)]
    assert np.all(np.diff(scores) <= 0)
    np.testing.assert_allclose(scores, clustered()[items] @ query[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 3])
def test_nearly_all_of_the_hundred_nearest_are_found(kind: StoredKind, count: int) -> None:
    queries = clustered()[::20]
    seen = [NOTHING] * len(queries)

    exact = VectorShard(clustered()).search(queries, 100, seen).items
    found = parts(kind, count).search(queries, 100, seen).items

    assert np.mean([np.isin(a, b).mean() for a, b in zip(exact, found, strict=True)]) >= 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_tells_a_recall_of_98_in_100_unless_the_probes_are_given(kind: StoredKind) -> None:
    tuned = build_inverted_lists(clustered(), kind)
    given_ = build_inverted_lists(clustered(), kind, lists=50, probes=1)

    assert tuned.recall >= 0.98
    assert (given_.index.nlist, given_.probes) == (50, 1)
    assert given_.recall < tuned.recall


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("items", [1, 2, 7])
def test_very_few_items_can_be_indexed(kind: StoredKind, items: int) -> None:
    vectors = clustered()[:items]
    built = build_inverted_lists(vectors, kind)
    found = InvertedLists(built.index, vectors).search(vectors[:1], 9, [NOTHING])
    assert set(found.items[0].tolist()) - {NO_ITEM} == set(range(items))


@pytest.mark.parametrize("kind", KINDS)
def test_when_most_items_are_hidden_those_that_are_left_are_compared_exactly(kind: StoredKind) -> None:
    hidden = np.arange(1990, dtype=np.int64)
    source = VectorSource(clustered(), InvertedLists(index(kind), clustered()))

    best = source.scored(clustered()[:1]).best(0, 5, hidden)

    left = np.arange(1990, 2000)
    assert best.tolist() == left[np.argsort(-(clustered()[left] @ clustered()[0]))[:5]].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_index_finds_the_same_when_it_is_mapped(kind: StoredKind, tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    write_inverted_lists(folder, {"sequence": clustered()}, kind)
    queries, seen = clustered()[:10], [np.arange(5, dtype=np.int32)] * 10

    mapped = InvertedLists(open_inverted_lists(folder, "sequence"), clustered()).search(queries, 20, seen)

    built = InvertedLists(index(kind), clustered()).search(queries, 20, seen)
    np.testing.assert_array_equal(mapped.items, built.items)
    assert folder.read_json("recall.json")["sequence"]["recall_at_100"] >= 0.98
    assert open_inverted_lists(folder, "content") is None


@given(lists=st.integers(1, 5000), needed=st.integers(1, 6000))
def test_few_more_lists_are_visited_than_the_recall_needs(lists: int, needed: int) -> None:
    visited = fewest_probes(lambda probes: float(probes >= needed), lists)
    assert min(needed, lists) <= visited <= lists
    assert visited <= max(needed + 1, needed * 8 / 7)
