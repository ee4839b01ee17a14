"""Cold-item tower: vectors of items that came after the training, as of those that it knew without events.

Only what depends on texts is kept of the item tower: an item without events has nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from palate.sequence.cold_start import blended_with, lent_by_neighbours
from palate.sequence.network.item_tower import ItemTower
from palate.sequence.network.words import Lexicon

Vectors = NDArray[np.float32]

COLD = "cold."
"""What the names of its tensors in a file begin with; models of before there were live items have none."""
WARM, WEIGHT, BIAS, WORDS, RARITY = (
    f"{COLD}{name}" for name in ("warm", "weight", "bias", "words", "rarity")
)


class ColdTower(NamedTuple):
    """W t + b + sum_w a_w e_w of a text, blended with what its neighbours among the warm items lend it."""

    warm: Tensor
    """Bool [items]: seen in training."""
    weight: Tensor | None = None
    """W, float [width, text width]; None for a model that reads no texts, where neighbours lend all."""
    bias: Tensor | None = None
    """b, float [width]."""
    words: Tensor | None = None
    """e, float [vocabulary, width]; None for a model that reads no words."""
    lexicon: Lexicon | None = None
    """The words and their weights."""

    @classmethod
    def of(cls, tower: ItemTower) -> ColdTower:
        """What is to be kept of a trained tower."""
        warm = tower.warm.cpu()
        if tower.projection is None:
            return cls(warm)
        weight, bias = tower.projection.weight.detach().cpu(), tower.projection.bias.detach().cpu()
        if tower.lexicon is None or tower.lexicon.lexicon is None:
            return cls(warm, weight, bias)
        words = tower.lexicon.vectors.weight.detach().cpu()
        return cls(warm, weight, bias, words=words, lexicon=tower.lexicon.lexicon)

    @classmethod
    def from_state(cls, tensors: Mapping[str, Tensor], words: Sequence[str], items: int) -> ColdTower:
        """Read back what `state` gave; of an earlier model all `items` are warm, and lend all there is."""
        warm = tensors[WARM].bool() if WARM in tensors else torch.ones(items, dtype=torch.bool)
        lexicon = Lexicon(tuple(words), tensors[RARITY].numpy()) if RARITY in tensors else None
        weight, bias, vectors = (tensors.get(name) for name in (WEIGHT, BIAS, WORDS))
        return cls(warm, weight, bias, words=vectors, lexicon=lexicon)

    def state(self) -> dict[str, Tensor]:
        """Its tensors by their names in a file; the words themselves are JSON's."""
        state: dict[str, Any] = {WARM: self.warm.to(torch.uint8), WEIGHT: self.weight, BIAS: self.bias}
        state |= {WORDS: self.words, RARITY: self.lexicon and torch.from_numpy(self.lexicon.rarity)}
        return {name: tensor.contiguous() for name, tensor in state.items() if tensor is not None}

    @torch.inference_mode()
    def vectors(self, texts: Sequence[str], text: Vectors, known_text: Vectors, known: Tensor) -> Vectors:
        """Vectors of items without events, float32 [texts, width]; it costs one search among the texts.

        Args:
            texts: as the encoder read them.
            text: their unit vectors, float32 [texts, text width].
            known_text: unit text vectors of the known items, float32 [items, text width].
            known: vectors of the known items as the item tower gave them, float [items, width].
        """
        own = torch.from_numpy(text)
        if not self.warm.any():
            return self._own(texts, own, known.shape[1]).numpy()
        lent = lent_by_neighbours(own, torch.from_numpy(known_text), known, self.warm)
        if self.weight is None:
            return lent.numpy()
        return blended_with(lent, self._own(texts, own, known.shape[1])).numpy()

    def _own(self, texts: Sequence[str], text: Tensor, width: int) -> Tensor:
        """What the texts alone give, float [texts, width]."""
        if self.weight is None:
            return torch.zeros(len(texts), width)
        vectors = F.linear(text, self.weight, self.bias)
        if self.words is None or self.lexicon is None:
            return vectors
        bags = self.lexicon.bags(texts)
        return vectors + F.embedding_bag(
            bags.words, self.words, bags.starts[:-1], mode="sum", per_sample_weights=bags.weights
        )
