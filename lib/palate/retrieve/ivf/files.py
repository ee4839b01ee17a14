"""Stored indices: the files of a release, and how they are memory-mapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from palate.retrieve.ivf.build import StoredKind, build_inverted_lists
from palate.storage import Folder

SPACES = ("sequence", "content")
RECALL_FILE = "recall.json"


def write_inverted_lists(
    folder: Folder,
    spaces: Mapping[str, NDArray[np.float32]],
    kind: StoredKind,
    lists: int | None = None,
    probes: int | None = None,
    threads: int = 1,
) -> None:
    """Write an index for the vectors [items, width] of each space, and the recall of all as JSON."""
    told = {}
    for space, vectors in spaces.items():
        built = build_inverted_lists(vectors, kind, lists=lists, probes=probes, threads=threads)
        folder.write_bytes(f"{space}.faiss", faiss.serialize_index(built.index).tobytes())
        told[space] = {"lists": built.index.nlist, "probes": built.probes, "recall_at_100": built.recall}
    folder.write_json(RECALL_FILE, told)


def open_inverted_lists(folder: Folder, space: str) -> Any | None:
    """The faiss index of a space, mapped from its file; None if the folder holds none.

    A file of an object store is copied, and mapped from a copy that nobody else sees.
    """
    name = f"{space}.faiss"
    if not folder.exists(name):
        return None
    with folder.local_file(name) as path:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
