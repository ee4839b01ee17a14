"""Partial sums of an evaluation: what a block of users gives, in a form that adds up over blocks."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from palate.data.histories import Part


class MethodKey(NamedTuple):
    """A method on one of the held-out parts."""

    part: Part
    method: str


class MethodSums(NamedTuple):
    """Sums over users of one method; row 0 is the sample itself, the others its resamples."""

    weight: NDArray[np.float64]
    """How many users, [1 + resamples, segments]."""
    values: NDArray[np.float64]
    """What is measured of them, [1 + resamples, segments, measures]."""
    exposure: NDArray[np.int64]
    """How often each item was recommended, [items]."""

    def plus(self, other: MethodSums) -> MethodSums:
        """The sums over the users of both."""
        return MethodSums(*(np.add(mine, more) for mine, more in zip(self, other, strict=True)))


Sums = dict[MethodKey, MethodSums]


def add_sums(total: Sums, more: Sums) -> Sums:
    """Add two blocks; what only one of them has stays as it is."""
    both = {key: total[key].plus(more[key]) for key in total.keys() & more.keys()}
    return {**total, **more, **both}


def sums_to_bytes(sums: Sums) -> bytes:
    """Safetensors, to be sent from one process to another."""
    arrays = {
        _tensor_name(key, field): np.ascontiguousarray(array)
        for key, method_sums in sums.items()
        for field, array in method_sums._asdict().items()
    }
    return bytes(save(arrays))


def sums_from_bytes(content: bytes) -> Sums:
    """The inverse of `sums_to_bytes`."""
    fields: dict[MethodKey, dict[str, Any]] = {}
    for name, array in load(content).items():
        part, method, field = json.loads(name)
        fields.setdefault(MethodKey(part, method), {})[field] = array
    return {key: MethodSums(**arrays) for key, arrays in fields.items()}


def _tensor_name(key: MethodKey, field: str) -> str:
    """A tensor's name must be text; JSON keeps apart what a method's own name may hold."""
    return json.dumps([*key, field])
