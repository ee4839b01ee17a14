"""The item vectors of a trained sequence model, read without the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from palate.storage import Folder

WEIGHTS = "model.safetensors"
"""The file that a sequence model's weights and item vectors are in."""
ITEM_VECTORS = "item_vectors"


def load_item_vectors(folder: Folder) -> NDArray[np.float32]:
    """Unit vectors of the whole catalogue, float32 [items, width]."""
    vectors = load(folder.read_bytes(WEIGHTS))[ITEM_VECTORS]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit
