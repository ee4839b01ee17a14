"""Vector search finds what a comparison with every item finds, however the catalogue is cut."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.retrieve import ShardedIndex, VectorShard, merge_results
from palate.retrieve.index import Kind
from palate.schema import NO_ITEM


def brute_force(
    vectors: NDArray[np.float32], query: NDArray[np.float32], k: int, seen: NDArray[np.int32]
) -> list[int]:
    scores = vectors @ query
    unseen = np.setdiff1d(np.arange(len(vectors)), seen)
    ranked = sorted(unseen.tolist(), key=lambda item: (-scores[item], item))[:k]
    return ranked + [NO_ITEM] * (k - len(ranked))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), items=st.integers(1, 60), shards=st.integers(1, 8), k=st.integers(1, 12))
def test_exact_equals_brute_force_with_ties_and_any_number_of_shards(
    data: st.DataObject, items: int, shards: int, k: int
) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    # Small whole numbers: sums are exact, and many items tie.
    vectors = random.integers(-2, 3, size=(items, 3)).astype(np.float32)
    queries = random.integers(-2, 3, size=(4, 3)).astype(np.float32)
    seen = [random.choice(items, random.integers(0, items + 1), replace=False) for _ in queries]

    found = ShardedIndex.build(vectors, shards).search(queries, k, [one.astype(np.int32) for one in seen])

    for row, query in enumerate(queries):
        assert found.items[row].tolist() == brute_force(vectors, query, k, seen[row])
        kept = found.items[row] >= 0
        np.testing.assert_array_equal(found.scores[row][kept], vectors[found.items[row][kept]] @ query)
        assert np.all(np.isneginf(found.scores[row][~kept]))


@pytest.mark.parametrize("kind", ["int8", "hnsw"])
@pytest.mark.parametrize("shards", [1, 3])
def test_an_approximate_search_finds_95_of_100_of_the_true_ten(shards: int, kind: Kind) -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(4000, 32)).astype(np.float32)
    queries = random.normal(size=(50, 32)).astype(np.float32)
    seen = [random.choice(4000, 100, replace=False).astype(np.int32) for _ in queries]

    exact = ShardedIndex.build(vectors).search(queries, 10, seen).items
    found = ShardedIndex.build(vectors, shards, kind=kind).search(queries, 10, seen).items

    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)])
    assert recall >= 0.95
    assert all(not set(row) & set(one) for row, one in zip(found.tolist(), seen, strict=True))


@pytest.mark.parametrize("kind", ["int8", "hnsw"])
def test_an_approximate_search_fills_the_list_when_the_nearest_are_all_seen(kind: Kind) -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(2000, 16)).astype(np.float32)
    query = random.normal(size=(1, 16)).astype(np.float32)
    nearest = np.argsort(-(vectors @ query[0]))[:500].astype(np.int32)

    found = VectorShard(vectors, kind=kind).search(query, 10, [nearest])

    assert np.all(found.items >= 0)
    assert not np.isin(found.items, nearest).any()


@pytest.mark.parametrize("kind", ["exact", "int8", "hnsw"])
def test_a_shard_without_items_finds_nothing(kind: Kind) -> None:
    nothing = np.zeros((0, 4), np.float32)
    found = VectorShard(nothing, kind=kind).search(
        np.ones((2, 4), np.float32), 3, [np.zeros(0, np.int32)] * 2
    )
    assert (found.items == NO_ITEM).all()


def test_hnsw_graph_built_on_one_thread_is_the_same_again() -> None:
    random = np.random.default_rng(2)
    vectors, queries = (random.normal(size=(n, 8)).astype(np.float32) for n in (500, 20))
    seen = [np.zeros(0, np.int32)] * 20

    once, again = (VectorShard(vectors, kind="hnsw").search(queries, 5, seen) for _ in range(2))

    np.testing.assert_array_equal(once.items, again.items)


def test_merge_of_shards_that_lack_items_leaves_places_empty() -> None:
    vectors = np.eye(3, dtype=np.float32)
    shards = [VectorShard(vectors[:1], 0), VectorShard(vectors[1:], 1)]
    query, seen = np.asarray([[1, 2, 3]], np.float32), [np.asarray([2], np.int32)]

    found = merge_results([shard.search(query, 2, seen) for shard in shards], 4)

    assert found.items.tolist() == [[1, 0, NO_ITEM, NO_ITEM]]
    assert found.scores.tolist() == [[2.0, 1.0, -np.inf, -np.inf]]


def test_query_of_another_width_is_refused_with_the_right_shape() -> None:
    shard = VectorShard(np.eye(3, dtype=np.float32))
    with pytest.raises(PalateError, match=r"needs \[queries, 3\]"):
        shard.search(np.zeros((1, 2), np.float32), 1, [np.zeros(0, np.int32)])
    with pytest.raises(PalateError, match="give one for each"):
        shard.search(np.zeros((1, 3), np.float32), 1, [])


def test_search_leaves_the_thread_count_of_torch_alone() -> None:
    before = torch.get_num_threads()
    shard = VectorShard(np.eye(3, dtype=np.float32), threads=1)
    shard.search(np.ones((1, 3), np.float32), 1, [np.zeros(0, np.int32)])
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("imports", ["import faiss, torch", "import torch, faiss"])
def test_faiss_and_torch_work_together_whichever_comes_first(imports: str) -> None:
    code = (
        f"{imports}; import numpy as np; torch.set_num_threads(2)\n"
        "from palate.retrieve import VectorShard\n"
        "x = np.random.default_rng(0).normal(size=(3000, 64)).astype('float32')\n"
        "shard = VectorShard(x, kind='hnsw', threads=2)\n"
        "assert torch.allclose(torch.ones(600, 600) @ torch.ones(600, 600), torch.tensor(600.0))\n"
        "assert shard.search(x[:1], 1, [np.zeros(0, 'int32')]).scores.shape == (1, 1)\n"
        "assert torch.get_num_threads() == 2\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
