"""Validation NDCG: the same measure as the evaluation's, on the validation events, while a model trains."""

from __future__ import annotations

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from palate.data.held_out import Cases, case_batches
from palate.data.repeats import RepeatRules
from palate.data.user_sample import EVERYBODY, UserSample
from palate.evaluate.metrics.accuracy import Outcome, ndcg
from palate.evaluate.ranking import TieOrder, ranking
from palate.sequence.scorer import Transformer
from palate.sequence.store import all_item_vectors
from palate.sequence.training.batches import Shards
from palate.sequence.training.trainer import SequenceTrainer

NDCG_AT = 10


def validation_ndcg(
    trainer: SequenceTrainer,
    shards: Shards,
    hidden: NDArray[np.bool_],
    rules: RepeatRules,
    *,
    sample: UserSample = EVERYBODY,
) -> float:
    """NDCG@10 of the averaged model while it is being trained; the workers share the shards.

    Items in `hidden` (bool [items]) are neither in histories nor sought; `rules` and `sample` are those of
    the evaluation. 0.0 without validation events. Raises `TrainingDiverged`, in every worker alike, if scores
    are no finite numbers.
    """
    model = trainer.averaged
    scorer = Transformer(model.users, all_item_vectors(model), trainer.settings.max_events, trainer.device)
    ties = TieOrder(len(hidden), trainer.seed)
    # The gain, the users, and the sum of all scores, which is not finite if one of them is not.
    totals = torch.zeros(3, dtype=torch.float64)
    for shard in shards[trainer.rank :: trainer.world]:
        for cases in case_batches(shard(), "validation", hidden, rules, sample=sample):
            scores = scorer.scores(cases.histories)
            total = scores.sum(dtype=np.float64)
            gain = _gains(scores, cases, ties).sum()
            totals += torch.tensor([gain, len(cases), total], dtype=torch.float64)
    if trainer.world > 1:
        totals = totals.to(trainer.device)
        dist.all_reduce(totals)
    trainer.require_finite(totals)
    return float(totals[0] / totals[1].clamp(min=1))


def _gains(scores: NDArray[np.float32], cases: Cases, ties: TieOrder) -> NDArray[np.float64]:
    """NDCG@10 of each user, [users]."""
    ranks, _ = ranking(scores, cases, ties, NDCG_AT)
    return ndcg(Outcome.of(cases.owners, ranks, cases.candidates, NDCG_AT))
