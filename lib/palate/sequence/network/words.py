"""The words of the items' texts, each of which learns a vector of its own from behaviour."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

LEAST_ITEMS = 3
"""A word must stand in the texts of this many items from which something is learned."""

_WORD = re.compile(r"[^\W_]+")


class WordBags(NamedTuple):
    """The words of all items, one item's after another's."""

    words: Tensor
    """Places in the vocabulary, int64 [entries]."""
    weights: Tensor
    """Weight of each word in its item, float32 [entries]; the weights of an item have unit length."""
    starts: Tensor
    """First entry of each item, and the end of the last one's, int64 [items + 1]."""
    vocabulary: int
    """Number of different words."""

    def entries(self, items: Tensor) -> tuple[Tensor, Tensor]:
        """Entries of some items, int64 [n], and where each item's begin among them, int64 [items]."""
        lengths = self.starts[items + 1] - self.starts[items]
        begins = lengths.cumsum(0) - lengths
        shifts = torch.repeat_interleave(self.starts[items] - begins, lengths)
        return torch.arange(len(shifts), device=items.device) + shifts, begins


def word_bags(texts: Sequence[str], known: NDArray[np.bool_]) -> WordBags:
    """Each item's different words, weighted by log(items / items with the word) and scaled to unit length.

    The vocabulary holds the words of at least `LEAST_ITEMS` items in `known` (bool [items]): what stands in
    hidden items alone teaches nothing.
    """
    found = [list(dict.fromkeys(_WORD.findall(text.lower()))) for text in texts]
    counts = Counter(word for row in np.flatnonzero(known) for word in found[row])
    kept = sorted(word for word, count in counts.items() if count >= LEAST_ITEMS)
    places = {word: place for place, word in enumerate(kept)}
    rarity = np.array([math.log(max(2, int(known.sum())) / counts[word]) for word in kept], np.float32)
    bags = [np.array([places[word] for word in words if word in places], np.int64) for words in found]
    weights = [rarity[bag] / max(float(np.linalg.norm(rarity[bag])), 1e-6) for bag in bags]
    starts = np.cumsum([0, *(len(bag) for bag in bags)])
    return WordBags(
        torch.from_numpy(np.concatenate([np.zeros(0, np.int64), *bags])),
        torch.from_numpy(np.concatenate([np.zeros(0, np.float32), *weights])),
        torch.from_numpy(starts),
        len(kept),
    )
