import numpy as np
import pyarrow as pa

from palate.data.vectors import still_valid, texts_to_embed, vector_indices, vector_matrix, vectors_table
from palate.schema import INDEX, ITEM, TEXT, TITLE

VECTORS = np.eye(3, dtype=np.float32)


def catalogue(items, texts):
    return pa.table({ITEM: items, TITLE: items, TEXT: texts})


def test_vectors_are_found_by_index_whatever_the_order_of_rows():
    table = vectors_table(texts_to_embed(catalogue(["a", "b", "c"], ["x", "y", "z"])), VECTORS)
    assert np.array_equal(vector_matrix(table.take([2, 0, 1])), VECTORS)


def test_only_items_with_the_same_text_stay_valid_and_take_their_new_place():
    stored = vectors_table(texts_to_embed(catalogue(["a", "b", "c"], ["x", "y", "z"])), VECTORS)
    wanted = texts_to_embed(catalogue(["0", "a", "b", "d"], ["new", "x", "changed", "z"]))
    valid = still_valid(stored, vector_indices(wanted))
    assert valid.select([INDEX, ITEM]).to_pylist() == [{INDEX: 1, ITEM: "a"}]
