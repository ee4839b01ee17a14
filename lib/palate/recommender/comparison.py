"""Guard: whether a new release finds what people did next as well as the one that it would replace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config.baselines import USERS_AS_TEXT
from palate.data.held_out import Cases, case_batches
from palate.data.histories import Histories, History
from palate.data.repeats import RepeatRules
from palate.evaluate.metrics.accuracy import Outcome, ndcg
from palate.evaluate.ranking import TieOrder, ranking
from palate.recommender.artefacts import CONTENT, Artefacts
from palate.retrieve import Scorer
from palate.retrieve.hybrid import SEQUENCE, Hybrid
from palate.schema import ITEM
from palate.sequence import MovingAverage, load_sequence
from palate.text_users.offline import offline_text_users

K = 10
_SEED = 0
_TWO_SIDED_95 = 1.96


class Comparison(NamedTuple):
    """NDCG@10 of two releases for the same users."""

    users: int
    current: float
    new: float
    error: float
    """Standard error of the difference, user by user."""

    @property
    def is_worse(self) -> bool:
        """Whether the 95 % interval of what the new release gains lies below zero as a whole."""
        return self.new - self.current + _TWO_SIDED_95 * self.error < 0


def compared(
    current: Artefacts, new: Artefacts, blocks: Iterable[Histories], max_users: int
) -> Comparison | None:
    """Both releases on the validation events of at most so many users; None if nobody has any.

    What is sought are items that both know: an item that the current release lacks says nothing about how
    well it ranks the others.
    """
    names = new.catalogue[ITEM].to_pylist()
    both = ReleaseScorer(current, names), ReleaseScorer(new, names)
    gains, ties = [np.zeros((0, 2))], TieOrder(len(names), _SEED)
    for cases in _cases(blocks, both[0].unknown, new.repeats, max_users):
        gains.append(np.column_stack([_gains(scorer, cases, ties) for scorer in both]))
    of_users = np.concatenate(gains)[:max_users]
    if not len(of_users):
        return None
    difference = of_users[:, 1] - of_users[:, 0]
    error = float(difference.std() / np.sqrt(len(difference)))
    before, after = of_users.mean(axis=0).tolist()
    return Comparison(len(of_users), current=before, new=after, error=error)


class ReleaseScorer:
    """What a release serves by, as scores of another catalogue's items."""

    def __init__(self, artefacts: Artefacts, names: Sequence[str]) -> None:
        """Take the ids of the other catalogue's items, in its order."""
        own = {name: index for index, name in enumerate(artefacts.catalogue[ITEM].to_pylist())}
        # The release's index of each item, [items]; -1 for one that it does not know.
        self._index = np.array([own.get(name, -1) for name in names], np.int64)
        self.unknown: NDArray[np.bool_] = self._index < 0
        """Items that the release does not know, bool [items]."""
        self._scorer = _served(artefacts)

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Float32 [histories, items]; what the release does not know comes last."""
        own = self._scorer.scores([self._translated(history) for history in histories])
        scores = own[:, self._index]
        scores[:, self.unknown] = -np.inf
        return scores

    def _translated(self, history: History) -> History:
        known = history.only(~self.unknown[history.items])
        return known._replace(items=self._index[known.items].astype(np.int32))


def _served(artefacts: Artefacts) -> Scorer:
    weights = artefacts.weights
    methods = {name: _method(name, artefacts) for name in weights}
    return Hybrid(methods, weights) if len(weights) > 1 else next(iter(methods.values()))


def _method(name: str, artefacts: Artefacts) -> Scorer:
    if name == SEQUENCE:
        return load_sequence(artefacts.folders.sequence)
    if name == CONTENT:
        return MovingAverage(artefacts.text_vectors, artefacts.recency_rate)
    if name == USERS_AS_TEXT:
        return offline_text_users(
            artefacts.catalogue,
            artefacts.text_vectors,
            artefacts.users_as_text,
            encoder=artefacts.folders.encoder,
            reading=artefacts.encoder,
            int8=artefacts.index.encoder_int8,
        )
    return artefacts.model(name)


def _cases(
    blocks: Iterable[Histories], hidden: NDArray[np.bool_], rules: RepeatRules, max_users: int
) -> Iterable[Cases]:
    users = 0
    for block in blocks:
        for cases in case_batches(block, "validation", hidden, rules):
            yield cases
            users += len(cases)
            if users >= max_users:
                return


def _gains(scorer: Scorer, cases: Cases, ties: TieOrder) -> NDArray[np.float64]:
    ranks, _ = ranking(scorer.scores(cases.histories), cases, ties, K)
    return ndcg(Outcome.of(cases.owners, ranks, cases.candidates, K))
