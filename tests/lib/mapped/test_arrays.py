"""Arrays come back as they were written, mapped, and a file that is damaged is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from safetensors.numpy import load, save

from palate.errors import PalateError
from palate.mapped.arrays import mapped_arrays, write_arrays
from palate.retrieve.matrix import matrix_from_state, matrix_state
from palate.storage import Folder

ARRAYS = {
    "flags": np.array([True, False, True]),
    "hashes": np.array([2**64 - 1, 7], np.uint64),
    "rows": np.arange(6, dtype=np.int32).reshape(2, 3),
    "weights": np.array([0.5], np.float32),
    "nothing": np.zeros((0, 4), np.float32),
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(str(tmp_path))


def test_arrays_come_back_as_they_were_written(folder: Folder) -> None:
    write_arrays(folder, "some", ARRAYS)
    mapped = mapped_arrays(folder, "some")
    assert set(mapped) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert isinstance(mapped[name], np.memmap) == (array.size > 0)
        assert mapped[name].dtype == array.dtype
        np.testing.assert_array_equal(mapped[name], array)


def test_each_array_begins_at_a_multiple_of_the_width_of_its_numbers(folder: Folder) -> None:
    write_arrays(folder, "some", ARRAYS)
    assert all(array.flags.aligned for array in mapped_arrays(folder, "some").values())


def test_files_are_those_of_the_library(folder: Folder) -> None:
    write_arrays(folder, "ours", ARRAYS)
    for name, array in load(folder.read_bytes("ours.safetensors")).items():
        np.testing.assert_array_equal(array, ARRAYS[name])
    folder.write_bytes("theirs.safetensors", save({"rows": ARRAYS["rows"]}, {"some": "words"}))
    np.testing.assert_array_equal(mapped_arrays(folder, "theirs")["rows"], ARRAYS["rows"])


def test_what_is_written_into_an_array_stays_out_of_the_file(folder: Folder) -> None:
    write_arrays(folder, "some", ARRAYS)
    mapped_arrays(folder, "some")["rows"][:] = 9
    np.testing.assert_array_equal(mapped_arrays(folder, "some")["rows"], ARRAYS["rows"])


@pytest.mark.parametrize("content", [b"", b"no header at all", b"\2\0\0\0\0\0\0\0{]"])
def test_a_damaged_file_is_refused(folder: Folder, content: bytes) -> None:
    folder.write_bytes("some.safetensors", content)
    with pytest.raises(PalateError, match="damaged"):
        mapped_arrays(folder, "some")


def test_a_file_that_was_cut_off_is_refused(folder: Folder) -> None:
    write_arrays(folder, "some", ARRAYS)
    folder.write_bytes("some.safetensors", folder.read_bytes("some.safetensors")[:-8])
    with pytest.raises(PalateError, match="damaged"):
        mapped_arrays(folder, "some")


def test_a_matrix_of_mapped_arrays_is_no_copy_of_them(folder: Folder) -> None:
    matrix = sp.csr_matrix(np.eye(40, dtype=np.float32))
    write_arrays(folder, "matrix", matrix_state(matrix, "counts"))
    state = {name: np.asarray(array) for name, array in mapped_arrays(folder, "matrix").items()}
    again = matrix_from_state(state, "counts", 40)
    assert np.shares_memory(again.data, state["counts"])
    assert np.shares_memory(again.indices, state["items"])
    assert (again != matrix).nnz == 0
