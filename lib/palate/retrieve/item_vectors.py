"""Item vectors: those of a trained sequence model, read without the model; and vectors mapped from a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from palate.mapped.arrays import mapped_arrays, write_arrays
from palate.storage import Folder

ITEM_VECTORS = "item_vectors"
VECTORS = "vectors"
"""The one tensor of a file that is mapped."""

Vectors = NDArray[np.float32]


def member_name(member: int) -> str:
    """Name of the files of one member of the sequence model."""
    return f"model-{member}" if member else "model"


def member_files(folder: Folder) -> list[str]:
    """All files of a sequence model."""
    members = folder.read_json(f"{member_name(0)}.json")["settings"].get("members", 1)
    return [f"{member_name(member)}.{kind}" for member in range(members) for kind in ("json", "safetensors")]


def load_item_vectors(folder: Folder) -> Vectors:
    """Unit vectors of the whole catalogue, float32 [items, width of all members together]."""
    weights = [name for name in member_files(folder) if name.endswith(".safetensors")]
    return concatenate_normalised([unit(load(folder.read_bytes(name))[ITEM_VECTORS]) for name in weights])


def concatenate_normalised(parts: Sequence[Vectors]) -> Vectors:
    """Float32 [rows, width of all parts], divided so that products of two such are means over the parts."""
    if len(parts) == 1:
        return parts[0]
    joined: Vectors = np.concatenate(parts, axis=1) / np.float32(np.sqrt(len(parts)))
    return joined


def unit(vectors: Vectors) -> Vectors:
    """The vectors at length 1, float32 [rows, width]."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return scaled


def write_vectors(folder: Folder, name: str, vectors: Vectors) -> None:
    """Write float32 [items, width] so that `mapped_vectors` need not read it."""
    write_arrays(folder, name, {VECTORS: vectors})


def mapped_vectors(folder: Folder, name: str) -> Vectors:
    """Float32 [items, width] of a file of `write_vectors`: what is not looked at takes no memory.

    To write into it changes the process's own view alone.
    """
    return mapped_arrays(folder, name)[VECTORS]


def part_of(vectors: Vectors, rows: slice) -> Vectors:
    """The vectors of a part; a copy unless they are mapped, as a view keeps the whole in memory."""
    return vectors[rows] if isinstance(vectors, np.memmap) else vectors[rows].copy()
