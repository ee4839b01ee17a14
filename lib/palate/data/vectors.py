"""Item embeddings: the table of item vectors, and which of an older one still hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.data.hashing import text_hash
from palate.schema import INDEX, ITEM, TEXT, TEXT_HASH, VECTOR, vectors_schema


def texts_to_embed(catalogue: pa.Table) -> pa.Table:
    """Columns index, item, text_hash and text of each item; a changed text is noticed by its hash."""
    hashes = [text_hash(text) for text in catalogue[TEXT].to_pylist()]
    columns = {INDEX: pa.array(range(len(catalogue)), pa.int32()), ITEM: catalogue[ITEM]}
    return pa.table(columns | {TEXT_HASH: pa.array(hashes, pa.string()), TEXT: catalogue[TEXT]})


def vectors_table(texts: pa.Table, vectors: NDArray[np.float32]) -> pa.Table:
    """Rows of `vectors_schema` from rows of `texts_to_embed` and float32 [rows, width]."""
    # Lists of one size need no offsets, only their values one after another.
    width = vectors.shape[1]
    flat = pa.array(vectors.reshape(-1), pa.float32())
    columns = [texts[name].combine_chunks() for name in (INDEX, ITEM, TEXT_HASH)]
    return pa.Table.from_arrays(
        [*columns, pa.FixedSizeListArray.from_arrays(flat, width)], schema=vectors_schema(width)
    )


VectorIndices = dict[tuple[str, str], int]
"""The index of an item by its id and the hash of its text."""


def vector_indices(texts: pa.Table) -> VectorIndices:
    """The indices of the rows of `texts_to_embed`."""
    index, item, hashes = (texts[name].to_pylist() for name in (INDEX, ITEM, TEXT_HASH))
    return dict(zip(zip(item, hashes, strict=True), index, strict=True))


def still_valid(stored: pa.Table, present: VectorIndices) -> pa.Table:
    """The rows of `vectors_schema` of items that are there with the same text, under their present index."""
    # What is no longer there, or has another text by now, gets no index, and is filtered out.
    keys = zip(stored[ITEM].to_pylist(), stored[TEXT_HASH].to_pylist(), strict=True)
    indices = pa.array([present.get(key) for key in keys], pa.int32())
    placed = stored.set_column(stored.schema.get_field_index(INDEX), stored.schema.field(INDEX), indices)
    return placed.filter(indices.is_valid())


def vector_matrix(table: pa.Table) -> NDArray[np.float32]:
    """Vectors by index, float32 [items, width], from rows of `vectors_schema` in any order."""
    vectors = table[VECTOR].combine_chunks()
    flat = vectors.flatten().to_numpy(zero_copy_only=False).reshape(len(table), -1)
    # Actors write as they finish: a row says itself where it belongs.
    matrix = np.empty_like(flat, np.float32)
    matrix[table[INDEX].to_numpy()] = flat
    return matrix
