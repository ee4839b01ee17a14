"""Full-ranking evaluation: every method ranks the whole catalogue for a block of users, and sums add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import EvaluationConfig
from palate.data.held_out import Cases, case_batches
from palate.data.histories import Histories, Part
from palate.data.repeats import NO_REPEATS, RepeatRules
from palate.data.user_sample import EVERYBODY, UserSample
from palate.errors import PalateError
from palate.evaluate.bootstrap import poisson_weights
from palate.evaluate.metrics import ACCURACY, Outcome, diversity, information, mean_popularity, novelty
from palate.evaluate.ranking import TieOrder, ranking
from palate.evaluate.segments import COLD_TARGETS, membership, segment_names
from palate.evaluate.sums import MethodKey, MethodSums, Sums, add_sums
from palate.evaluate.users import user_table, users_schema
from palate.retrieve.base import Scorer
from palate.schema import NO_ITEM

BEYOND = ("novelty", "diversity", "recommended_popularity", "history_popularity")
MEASURES = (*ACCURACY, *BEYOND)
"""What is measured of every user, in the order of the last axis of the sums."""


@dataclass(frozen=True)
class CatalogueFacts:
    """What the metrics need to know of the items."""

    counts: NDArray[np.float32]
    """Training users of each item, shape [items]."""
    vectors: NDArray[np.float32]
    """Text vectors of unit length, shape [items, width]."""


class Evaluation(NamedTuple):
    """What came of a block of users."""

    sums: Sums
    """Measures in the order of `MEASURES`."""
    users: pa.Table
    """One row a user, part and method; see `user_table`."""


@dataclass(frozen=True)
class _Batch:
    """A batch of users with what is the same for all methods."""

    part: Part
    cases: Cases
    cold: NDArray[np.bool_]
    """Whether each target is an item that nobody took in training, shape [targets]."""
    has_cold: NDArray[np.bool_]
    """Whether each user has such a target, shape [users]."""
    member: NDArray[np.bool_]
    """Whether each user is in each segment, shape [users, segments]."""
    weights: NDArray[np.float64]
    """Of each user in the sample and its resamples, shape [users, 1 + resamples]."""


class Evaluator:
    """All methods under one protocol: the full catalogue is ranked but for what is not recommended again,
    and equal scores are ordered by lot.
    """

    def __init__(
        self,
        methods: Mapping[str, Scorer],
        facts: CatalogueFacts,
        config: EvaluationConfig,
        *,
        seed: int,
        rules: RepeatRules = NO_REPEATS,
        sample: UserSample = EVERYBODY,
    ) -> None:
        self.methods = methods
        self.facts = facts
        self.config = config
        self.seed, self.rules = seed, rules
        self.sample = sample
        self.ties = TieOrder(len(facts.counts), seed)
        self.bits = information(facts.counts)
        self._hidden = np.zeros(len(facts.counts), np.bool_)

    def evaluate(self, histories: Histories) -> Evaluation:
        """Evaluate a block of users; memory is bounded by the batches, whatever the block's size."""
        sums: Sums = {}
        tables = [users_schema(MEASURES).empty_table()]
        for batch in self._batches(histories):
            for name, scorer in self.methods.items():
                of_batch = self._method(name, scorer, batch)
                sums = add_sums(sums, of_batch.sums)
                tables.append(of_batch.users)
        return Evaluation(sums, pa.concat_tables(tables))

    def _batches(self, histories: Histories) -> Iterator[_Batch]:
        for part in evaluated_parts(self.config):
            for cases in case_batches(histories, part, self._hidden, self.rules, sample=self.sample):
                cold = self.facts.counts[cases.targets] == 0
                has_cold = np.bincount(cases.owners, cold, minlength=len(cases)) > 0
                member = membership(cases.lengths(), has_cold, self.config.short_history)
                # In the sample itself, column 0, everybody counts once.
                drawn = poisson_weights(cases.users, self.config.bootstrap, self.seed)
                weights = np.concatenate([np.ones((len(cases), 1)), drawn], axis=1)
                yield _Batch(part, cases=cases, cold=cold, has_cold=has_cold, member=member, weights=weights)

    def _method(self, name: str, scorer: Scorer, batch: _Batch) -> Evaluation:
        ranks, lists = self._ranking(name, scorer, batch.cases)
        accuracy = _accuracy(batch.cases.owners, ranks, batch.cases.candidates, self.config.k)
        values = np.concatenate([accuracy, self._beyond(batch.cases, lists)], axis=1)
        sums = MethodSums(
            weight=batch.weights.T @ batch.member,
            values=self._segment_sums(batch, values, ranks),
            exposure=np.bincount(lists[lists != NO_ITEM], minlength=len(self.facts.counts)),
        )
        users = user_table(
            batch.part,
            method=name,
            cases=batch.cases,
            ranks=ranks,
            lists=lists,
            measured=dict(zip(MEASURES, values.T, strict=True)),
        )
        return Evaluation({MethodKey(batch.part, name): sums}, users)

    def _ranking(
        self, name: str, scorer: Scorer, cases: Cases
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Ranks of the targets, [targets], and the lists, [users, k]."""
        scores = scorer.scores(cases.histories)
        if np.isnan(scores).any():
            raise PalateError(f"{name} gives scores that are not numbers; train it anew, with a lower rate")
        return ranking(scores, cases, self.ties, self.config.k)

    def _beyond(self, cases: Cases, lists: NDArray[np.int32]) -> NDArray[np.float64]:
        """Values of `BEYOND`, [users, measures]."""
        columns = (
            novelty(lists, self.bits),
            diversity(lists, self.facts.vectors),
            # The two are compared, so that someone without a history counts in neither.
            mean_popularity(lists, self.facts.counts) * (cases.lengths() > 0),
            mean_popularity(cases.histories, self.facts.counts),
        )
        return np.column_stack(columns)

    def _segment_sums(
        self, batch: _Batch, values: NDArray[np.float64], ranks: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Weighted sums [1 + resamples, segments, measures]; cold targets are judged by themselves."""
        # A user's values in the segments that the user is in, [users, segments, measures].
        by_segment = batch.member[:, :, None] * values[:, None, :]
        # Users with cold targets, numbered afresh, as the owners of these targets alone.
        owners = np.cumsum(batch.has_cold)[batch.cases.owners[batch.cold]] - 1
        candidates = batch.cases.candidates[batch.has_cold]
        cold = _accuracy(owners, ranks[batch.cold], candidates, self.config.k)
        by_segment[batch.has_cold, segment_names().index(COLD_TARGETS), : len(ACCURACY)] = cold
        return np.tensordot(batch.weights.T, by_segment, axes=1).astype(np.float64, copy=False)


def evaluated_parts(config: EvaluationConfig) -> list[Part]:
    """Validation, by which a method is selected, and the configured part."""
    return list(dict.fromkeys(("validation", config.part)))


def _accuracy(
    owners: NDArray[np.int64], ranks: NDArray[np.int64], candidates: NDArray[np.int64], k: int
) -> NDArray[np.float64]:
    """Values of `ACCURACY`, [users, metrics]; each user owns at least one rank."""
    outcome = Outcome.of(owners, ranks, candidates, k)
    return np.column_stack([metric(outcome) for metric in ACCURACY.values()])
