"""Stable hashing: hashes of ids that are the same in every process, on every machine, in every version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def text_hash(text: str) -> str:
    """BLAKE2b of the text, 32 hexadecimal digits."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def text_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """BLAKE2b of each text, uint64 [texts]."""
    digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    hashes: NDArray[np.uint64] = np.frombuffer(digests, "<u8").astype(np.uint64)
    return hashes


def leading_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """The first half of each text's `text_hash` as a number, so in the same order, uint64 [texts]."""
    halves = b"".join(bytes.fromhex(text_hash(text)[:16]) for text in texts)
    hashes: NDArray[np.uint64] = np.frombuffer(halves, ">u8").astype(np.uint64)
    return hashes


def places_among(hashes: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each wanted hash stands among rising ones, int64 [wanted]; -1 for one that is not there."""
    if not len(hashes):
        return np.full(len(wanted), -1, np.int64)
    places = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
    return np.where(hashes[places] == wanted, places, -1)


def mixed(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One hash of each pair, uint64 [pairs]: the finaliser of splitmix64 (Steele et al. 2014)."""
    # Integers wrap around at 2^64, as they should.
    bits = first + np.uint64(0x9E3779B97F4A7C15) * (second | np.uint64(1))
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes: NDArray[np.uint64] = bits ^ (bits >> np.uint64(31))
    return hashes
