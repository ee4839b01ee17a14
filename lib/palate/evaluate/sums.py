"""Partial results of a block of users: arrays by name that add up over blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

Sums = dict[str, NDArray[np.float64 | np.int64]]


def add_sums(total: Sums, more: Sums) -> Sums:
    """Add two blocks; a name that only one of them has is kept as it is."""
    both: Sums = {name: np.add(total[name], more[name]) for name in total.keys() & more.keys()}
    return {**total, **more, **both}


def sums_to_bytes(sums: Sums) -> bytes:
    """Safetensors, to be sent from one process to another."""
    return bytes(save({name: np.ascontiguousarray(array) for name, array in sums.items()}))


def sums_from_bytes(content: bytes) -> Sums:
    """The inverse of `sums_to_bytes`."""
    return dict(load(content))
