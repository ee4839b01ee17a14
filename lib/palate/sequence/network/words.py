"""Bag of words: the words of the items' texts, each of which learns an embedding from behaviour."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from palate.words import split_words

LEAST_ITEMS = 3
"""A word must stand in the texts of this many items from which something is learned."""


class Lexicon(NamedTuple):
    """The words of a vocabulary, so that further texts become bags of them."""

    words: tuple[str, ...]
    """By their numbers."""
    rarity: NDArray[np.float32]
    """Weight of each word before an item's weights are scaled, float32 [vocabulary]."""

    def bags(self, texts: Sequence[str]) -> WordBags:
        """The words of further texts."""
        numbers = {word: number for number, word in enumerate(self.words)}
        bags = [_numbers_of(words_of(text), numbers) for text in texts]
        weights = [self.rarity[bag] / max(float(np.linalg.norm(self.rarity[bag])), 1e-6) for bag in bags]
        starts = np.cumsum([0, *(len(bag) for bag in bags)])
        return WordBags(
            words=torch.from_numpy(np.concatenate([np.zeros(0, np.int64), *bags])),
            weights=torch.from_numpy(np.concatenate([np.zeros(0, np.float32), *weights])),
            starts=torch.from_numpy(starts),
            vocabulary=len(self.words),
            lexicon=self,
        )


class WordBags(NamedTuple):
    """The words of all items, one item's after another's."""

    words: Tensor
    """Numbers of the words in the vocabulary, int64 [entries]."""
    weights: Tensor
    """Weight of each word in its item, float32 [entries]; the weights of an item have unit length."""
    starts: Tensor
    """First entry of each item, and the end of the last one's, int64 [items + 1]."""
    vocabulary: int
    """Number of different words."""
    lexicon: Lexicon | None = None
    """How further texts are weighed in the same way."""

    def entries(self, items: Tensor) -> tuple[Tensor, Tensor]:
        """Entries of some items, int64 [n], and where each item's begin among them, int64 [items]."""
        lengths = self.starts[items + 1] - self.starts[items]
        # An item's entries are consecutive here and in the answer; only where they begin differs.
        begins = lengths.cumsum(0) - lengths
        shifts = torch.repeat_interleave(self.starts[items] - begins, lengths)
        return torch.arange(len(shifts), device=items.device) + shifts, begins


def word_bags(texts: Sequence[str], warm: NDArray[np.bool_]) -> WordBags:
    """Each item's different words, weighted by log(items / items with the word) and scaled to unit length.

    The vocabulary holds the words of at least `LEAST_ITEMS` items in `warm` (bool [items]): what stands in
    cold items alone teaches nothing.
    """
    # How many warm items have each word, and the words of enough of them by their number in the vocabulary.
    counts = Counter(word for item in np.flatnonzero(warm) for word in words_of(texts[item]))
    vocabulary = sorted(word for word, count in counts.items() if count >= LEAST_ITEMS)
    rarity = np.array([math.log(max(2, int(warm.sum())) / counts[word]) for word in vocabulary], np.float32)
    return Lexicon(tuple(vocabulary), rarity).bags(texts)


def words_of(text: str) -> list[str]:
    """The different words of a text, folded."""
    return list(dict.fromkeys(split_words(text)))


def _numbers_of(words: Sequence[str], numbers: Mapping[str, int]) -> NDArray[np.int64]:
    return np.array([numbers[word] for word in words if word in numbers], np.int64)
