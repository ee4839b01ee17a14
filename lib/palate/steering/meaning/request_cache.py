"""Request cache: vectors of what people asked for in words lately, for many ask for the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from palate.online.cache import ENTRY_BYTES, LruCache

Vectors = NDArray[np.float32]
_LETTER_BYTES = 4
"""Of the letters of a text in memory, at most."""


class RequestCache:
    """Vectors by text, in so many bytes; the one that was not used for the longest time goes first.

    Several threads may ask at once: one makes lists, another encodes what was written.
    """

    def __init__(self, max_bytes: int) -> None:
        self._cache: LruCache[str, Vectors] = LruCache(max_bytes)
        self._lock = Lock()

    def vectors(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """Vectors of texts, float32 [texts, width]; `encode` is given what is not here, each text once."""
        with self._lock:
            held = {text: vector for text in texts if (vector := self._cache.get(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in held]
        if missing or not texts:
            made = encode(missing)
            if not texts:
                return made
            held |= zip(missing, made, strict=True)
            with self._lock:
                self._keep(missing, made)
        return np.stack([held[text] for text in texts])

    def _keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        for text, vector in zip(texts, vectors, strict=True):
            # A copy: a row would hold on to all the rows that it was made with.
            self._cache.put(text, vector.copy(), ENTRY_BYTES + _LETTER_BYTES * len(text) + vector.nbytes)
