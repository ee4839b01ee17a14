"""Validation NDCG: how well scores foretell the first validation event of each user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from palate.data.held_out import ahead_of_targets
from palate.data.histories import Histories, History
from palate.sequence.scorer import Transformer
from palate.sequence.store import all_item_vectors
from palate.sequence.training.batches import Shards
from palate.sequence.training.trainer import SequenceTrainer

NDCG_AT = 10
_USERS_AT_ONCE = 256


class _ValidationCases(NamedTuple):
    histories: list[History]
    targets: NDArray[np.int32]


def validation_ndcg(trainer: SequenceTrainer, shards: Shards, hidden: NDArray[np.bool_]) -> float:
    """NDCG@10 of the averaged model while it is being trained; the workers share the shards.

    Items in `hidden` (bool [items]) are neither in histories nor sought. 0.0 without validation events.
    Raises `TrainingDiverged`, in every worker alike, if scores are no finite numbers.
    """
    model = trainer.averaged
    scorer = Transformer(model.users, all_item_vectors(model), trainer.settings.max_events, trainer.device)
    # The gain, the users, and the sum of all scores, which is not finite if one of them is not.
    totals = torch.zeros(3, dtype=torch.float64)
    for shard in shards[trainer.rank :: trainer.world]:
        for cases in _validation_cases(shard(), hidden):
            scores = scorer.scores(cases.histories)
            total = scores.sum(dtype=np.float64)
            gain = _ndcg(scores, cases).sum()
            totals += torch.tensor([gain, len(cases.targets), total], dtype=torch.float64)
    if trainer.world > 1:
        totals = totals.to(trainer.device)
        dist.all_reduce(totals)
    trainer.require_finite(totals)
    return float(totals[0] / totals[1].clamp(min=1))


def _ndcg(scores: NDArray[np.float32], cases: _ValidationCases) -> NDArray[np.float64]:
    """NDCG@10 of one target a row; what the user has seen, unless sought again, does not compete."""
    rank = ahead_of_targets(scores, cases.targets, cases.histories).sum(axis=1)
    return np.where(rank < NDCG_AT, 1 / np.log2(rank + 2), 0.0)


def _validation_cases(block: Histories, hidden: NDArray[np.bool_]) -> Iterator[_ValidationCases]:
    """The users who have something to be found, a batch at a time."""
    histories, targets = [], []
    for user in range(len(block)):
        history, held_out = block.before(user, "validation"), block.targets(user, "validation")
        visible = held_out[~hidden[held_out]]
        if len(visible):
            histories.append(history.only(~hidden[history.items]))
            targets.append(visible[0])
    for start in range(0, len(targets), _USERS_AT_ONCE):
        users = slice(start, start + _USERS_AT_ONCE)
        yield _ValidationCases(histories[users], np.array(targets[users], np.int32))
