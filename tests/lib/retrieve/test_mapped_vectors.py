"""Vectors of a release are mapped, whole or in part, and a list for everybody is read from its top."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from palate.recommender.sources import DenseScores, TopList
from palate.retrieve.item_vectors import mapped_vectors, part_of, write_vectors
from palate.storage import Folder


def test_mapped_vectors_are_what_was_written_and_a_file_that_safetensors_reads(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).standard_normal((7, 3), np.float32)
    write_vectors(Folder(str(tmp_path)), "sequence", vectors)
    mapped = mapped_vectors(Folder(str(tmp_path)), "sequence")
    np.testing.assert_array_equal(mapped, vectors)
    np.testing.assert_array_equal(load_file(tmp_path / "sequence.safetensors")["vectors"], vectors)


def test_a_part_of_mapped_vectors_is_no_copy_and_one_of_others_does_not_keep_the_whole(
    tmp_path: Path,
) -> None:
    vectors = np.ones((8, 2), np.float32)
    write_vectors(Folder(str(tmp_path)), "sequence", vectors)
    mapped = mapped_vectors(Folder(str(tmp_path)), "sequence")
    assert np.shares_memory(part_of(mapped, slice(2, 4)), mapped)
    assert not np.shares_memory(part_of(vectors, slice(2, 4)), vectors)


def test_what_is_written_into_mapped_vectors_does_not_reach_the_file(tmp_path: Path) -> None:
    write_vectors(Folder(str(tmp_path)), "sequence", np.ones((2, 2), np.float32))
    mapped_vectors(Folder(str(tmp_path)), "sequence")[0] = 5
    assert (mapped_vectors(Folder(str(tmp_path)), "sequence") == 1).all()


@given(
    scores=st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=1, max_size=60),
    count=st.integers(1, 70),
    hidden=st.sets(st.integers(0, 59)),
)
def test_a_top_list_gives_what_scoring_everything_gives(
    scores: list[float], count: int, hidden: set[int]
) -> None:
    values = np.array(scores, np.float32)
    rows = np.array(sorted(row for row in hidden if row < len(scores)), np.int64)
    expected = DenseScores(values[None]).best(0, count, rows)
    top = TopList(values)
    assert top.best(0, count, rows).tolist() == expected.tolist()
    assert top.at(0, expected).tolist() == values[expected].tolist()
