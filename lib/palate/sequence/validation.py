"""How well scores foretell the first validation event of each user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from palate.data.histories import Histories, History
from palate.retrieve.base import Scorer
from palate.sequence.batches import Shards
from palate.sequence.scorer import Transformer
from palate.sequence.store import all_item_vectors
from palate.sequence.trainer import SequenceTrainer

K = 10
_BATCH = 256


class Gains(NamedTuple):
    """Sums over some of the users, to be added up."""

    gains: dict[float, float]
    """NDCG@10 by weight."""
    users: int


class _Cases(NamedTuple):
    histories: list[History]
    targets: NDArray[np.int32]


def validation_ndcg(trainer: SequenceTrainer, shards: Shards, hidden: NDArray[np.bool_]) -> float:
    """NDCG@10 of the averaged model while it is being trained; the workers share the shards.

    Items in `hidden` (bool [items]) are neither in histories nor sought. 0.0 without validation events.
    """
    model = trainer.averaged
    scorer = Transformer(model.users, all_item_vectors(model), trainer.settings.max_events, trainer.device)
    totals = torch.zeros(2, dtype=torch.float64)
    for shard in shards[trainer.rank :: trainer.world]:
        for cases in _cases(shard(), hidden):
            gain = _ndcg(scorer.scores(cases.histories), cases).sum()
            totals += torch.tensor([gain, len(cases.targets)], dtype=torch.float64)
    if trainer.world > 1:
        totals = totals.to(trainer.device)
        dist.all_reduce(totals)
    return float(totals[0] / totals[1].clamp(min=1))


def weighted_gains(first: Scorer, second: Scorer, weights: Sequence[float], block: Histories) -> Gains:
    """NDCG@10 of `first + weight * second` for each weight, summed over the users of a block."""
    gains, users = dict.fromkeys(weights, 0.0), 0
    for cases in _cases(block):
        one, other = first.scores(cases.histories), second.scores(cases.histories)
        users += len(cases.targets)
        wanted, others_wanted = _wanted(one, cases), _wanted(other, cases)
        _mask(one, cases)
        for weight in weights:
            factor = np.float32(weight)
            gains[weight] += float(_gains(one + factor * other, wanted + factor * others_wanted).sum())
    return Gains(gains, users)


def _ndcg(scores: NDArray[np.float32], cases: _Cases) -> NDArray[np.float64]:
    """NDCG@10 of one target a row; what the user has seen, unless sought again, does not compete."""
    wanted = _wanted(scores, cases)
    _mask(scores, cases)
    return _gains(scores, wanted)


def _wanted(scores: NDArray[np.float32], cases: _Cases) -> NDArray[np.float32]:
    found: NDArray[np.float32] = scores[np.arange(len(cases.targets)), cases.targets]
    return found


def _mask(scores: NDArray[np.float32], cases: _Cases) -> None:
    for row, history in enumerate(cases.histories):
        scores[row, history.items] = -np.inf


def _gains(scores: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float64]:
    rank = (scores > wanted[:, None]).sum(1)
    return np.where(rank < K, 1 / np.log2(rank + 2), 0.0)


def _cases(block: Histories, hidden: NDArray[np.bool_] | None = None) -> Iterator[_Cases]:
    """The users who have something to be found, a batch at a time."""
    histories, targets = [], []
    for user in range(len(block)):
        history, wanted = block.before(user, "validation"), block.targets(user, "validation")
        if hidden is not None:
            kept = ~hidden[history.items]
            history = History(history.items[kept], history.times[kept])
            wanted = wanted[~hidden[wanted]]
        if len(wanted):
            histories.append(history)
            targets.append(wanted[0])
    for start in range(0, len(targets), _BATCH):
        chosen = slice(start, start + _BATCH)
        yield _Cases(histories[chosen], np.array(targets[chosen], np.int32))
