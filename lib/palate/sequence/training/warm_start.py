"""Warm start, for continual learning: training goes on from the weights of an earlier model.

Items are known by their ids, words by themselves: a catalogue that has grown has another order, and so has
its vocabulary. An item that the earlier model did not know begins where it stood as a cold item.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from palate.errors import PalateError
from palate.sequence.network.item_tower import ItemTower
from palate.sequence.network.model import SequenceModel
from palate.sequence.scorer import Transformer

Vectors = NDArray[np.float32]


def start_vectors(
    member: Transformer,
    known_as: NDArray[np.int64],
    *,
    texts: Sequence[str],
    text: Vectors,
    known_text: Vectors,
) -> Vectors:
    """What the earlier model reads of each item of the new catalogue, float32 [items, width].

    Args:
        member: the earlier model.
        known_as: its index of each item, int64 [items]; -1 for one that it does not know.
        texts: of the new catalogue, as the encoder read them.
        text: their unit vectors, float32 [items, text width].
        known_text: unit text vectors of the items that the earlier model knows, float32 [known, text width].
    """
    vectors: Vectors = member.item_inputs[0][np.maximum(known_as, 0)]
    new = np.flatnonzero(known_as < 0)
    if len(new):
        (vectors[new],) = member.cold_inputs([texts[item] for item in new], text[new], known_text)
    return vectors


@torch.no_grad()
def begin_from(model: SequenceModel, member: Transformer, vectors: Vectors) -> None:
    """Give a model the weights of an earlier one; each item begins at its row of `vectors`, [items, width].

    `PalateError` if the two are not of one shape.
    """
    _copy_users(model.users, member.tower)
    _copy_texts(model.items, member)
    if model.items.residual is None:
        return
    # An item's own vector is what its text does not say: the earlier vector less the text's part.
    begin = torch.from_numpy(vectors).to(model.items.residual.weight)
    model.items.residual.weight.copy_(begin - _from_texts(model.items))


def _copy_users(users: nn.Module, earlier: nn.Module) -> None:
    own, given = users.state_dict(), earlier.state_dict()
    missing = sorted(set(own) - set(given) - {_SIGNAL, _DISLIKE})
    others = [name for name in own if name in given and own[name].shape != given[name].shape]
    if missing or [name for name in others if name != _SIGNAL]:
        raise PalateError(
            "The sequence model of the release has another shape than sequence.* asks for, so that training "
            "cannot go on from it; run palate retrain, which begins anew"
        )
    # Ranges of values are learned from the events, so that their number may differ: they begin anew then.
    users.load_state_dict(
        {**own, **{name: given[name] for name in own if name in given and name not in others}}
    )


_SIGNAL, _DISLIKE = "signal.weight", "dislike"
"""What an earlier model need not have: its events had no kinds, or nobody had turned against anything."""


def _copy_texts(items: ItemTower, member: Transformer) -> None:
    cold = member.cold
    if items.projection is None or cold is None or cold.weight is None or cold.bias is None:
        return
    if items.projection.weight.shape != cold.weight.shape:
        raise PalateError(
            "The text vectors of the release have another width than those of this run; run palate retrain"
        )
    items.projection.weight.copy_(cold.weight)
    items.projection.bias.copy_(cold.bias)
    if items.lexicon is None or items.lexicon.lexicon is None or cold.words is None or cold.lexicon is None:
        return
    # Rows of the words that both know.
    rows = {word: row for row, word in enumerate(cold.lexicon.words)}
    pairs = [(row, rows[word]) for row, word in enumerate(items.lexicon.lexicon.words) if word in rows]
    own, given = (torch.tensor([pair[side] for pair in pairs], dtype=torch.long) for side in (0, 1))
    items.lexicon.vectors.weight[own.to(items.lexicon.vectors.weight.device)] = cold.words[given].to(
        items.lexicon.vectors.weight
    )


def _from_texts(items: ItemTower) -> Tensor:
    """What the texts alone give of every item, float [items, width]."""
    everything = torch.arange(len(items.text), device=items.text.device)
    warm = items.warm
    items.warm = torch.zeros_like(warm)  # an item that is not warm has no vector of its own
    vectors = items.eval()(everything)
    items.warm = warm
    items.train()
    return vectors if vectors.dim() else torch.zeros_like(items.residual.weight)  # type: ignore[union-attr]
