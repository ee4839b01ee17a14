"""Policies: ways to make everybody's next list from the picks so far, behind one small interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.rank.filters import FilterContext, ItemFacts, RankedItems
from palate.rank.filters.base import at
from palate.rank.filters.diversity import diversify
from palate.rank.filters.exploration import explore
from palate.rank.rules import Rules
from palate.sequence import MovingAverage
from palate.simulate.hybrid_model import train_hybrid
from palate.simulate.log import PickLog
from palate.simulate.sequence_model import train_sequence_model
from palate.simulate.settings import StudySettings
from palate.simulate.world import Floats, World

RANDOM: Final = "random"
POPULAR: Final = "most popular"
STATIC: Final = "never retrained"
NIGHTLY: Final = "nightly retrain"
AVERAGE: Final = "moving average"
LIVE: Final = "sequence live"
UPDATED: Final = "live + nightly"
EXPLORING: Final = "live + exploration"
DIVERSE: Final = "live + diversity"
STATIC_HYBRID: Final = "hybrid, never retrained"
LIVE_HYBRID: Final = "hybrid live"
UPDATED_HYBRID: Final = "hybrid live + nightly"

POLICY_NAMES: Final = (
    RANDOM, POPULAR, STATIC, NIGHTLY, AVERAGE, LIVE, UPDATED, EXPLORING, DIVERSE,
    STATIC_HYBRID, LIVE_HYBRID, UPDATED_HYBRID,
)  # fmt: skip
"""In the order of tables."""

POOL: Final = 100
"""Best items that exploration and diversity choose from."""


class UserScorer(Protocol):
    """Scores of all items for histories."""

    def scores(self, histories: Sequence[History]) -> Floats:
        """Float32 [histories, items]; higher is better."""
        ...


Train = Callable[[PickLog, int], UserScorer]
"""A model of the picks so far, in a round."""


class Policy(Protocol):
    """What makes lists. Items that are picked already or not there yet are masked for all policies alike."""

    def scores(self, log: PickLog, round_number: int) -> Floats:
        """Scores of all items for everybody, float32 [people, items], made for this call; rounds from 0."""
        ...

    def arrange(self, items: NDArray[np.int32], scores: Floats, seed: int) -> NDArray[np.int32]:
        """The lists, int32 [people, k], out of everybody's best items and scores, falling, [people, pool]."""
        ...


@dataclass
class TopPolicy:
    """A list is the items of the best scores."""

    k: int

    def arrange(self, items: NDArray[np.int32], scores: Floats, seed: int) -> NDArray[np.int32]:
        return items[:, : self.k]


@dataclass
class RandomPolicy(TopPolicy):
    """Any items: the trivial rival that knows nothing."""

    shape: tuple[int, int]
    seed: int

    def scores(self, log: PickLog, round_number: int) -> Floats:
        return np.random.default_rng([self.seed, 2, round_number]).random(self.shape, np.float32)


@dataclass
class PopularPolicy(TopPolicy):
    """What most people picked so far, counted anew before each list: the trivial rival that knows nobody."""

    shape: tuple[int, int]

    def scores(self, log: PickLog, round_number: int) -> Floats:
        return np.tile(log.counts(self.shape[1]).astype(np.float32), (self.shape[0], 1))


@dataclass
class ModelPolicy(TopPolicy):
    """A model's scores: trained before the first list and every `retrain_every` rounds, 0 for never again.

    Histories are read as they are at the moment (`live`), or as they were at the latest training.
    """

    train: Train
    live: bool
    retrain_every: int = 0

    def __post_init__(self) -> None:
        self._model: UserScorer | None = None
        self._scores: Floats | None = None

    def scores(self, log: PickLog, round_number: int) -> Floats:
        is_due = bool(self.retrain_every) and round_number % self.retrain_every == 0
        if self._model is None or is_due:
            self._model, self._scores = self.train(log, round_number), None
        if self.live:
            return self._model.scores(log.histories())
        if self._scores is None:
            self._scores = self._model.scores(log.histories())
        return self._scores.copy()


@dataclass
class RearrangedPolicy(ModelPolicy):
    """A model's best items put in order by Palate's own filters for exploration and diversity."""

    facts: ItemFacts = field(kw_only=True)
    rules: Rules = field(kw_only=True)

    def arrange(self, items: NDArray[np.int32], scores: Floats, seed: int) -> NDArray[np.int32]:
        positive = np.exp(scores - scores[:, :1])
        rows = enumerate(zip(items, positive, strict=True))
        return np.stack([self._list(RankedItems(*ranked), seed + row) for row, ranked in rows])

    def _list(self, ranked: RankedItems, seed: int) -> NDArray[np.int32]:
        rules = self.rules.model_copy(update={"seed": seed})
        context = FilterContext(_NOTHING, _NOTHING, self.k, rules)
        # In a small world the pool reaches what is masked, whose score is 0.
        ranked = at(ranked, np.flatnonzero(ranked.scores > 0))
        for apply in (diversify, explore):
            ranked = apply(ranked, context, self.facts).kept
        return ranked.items[: self.k]


_NOTHING = np.zeros(0, np.int32)


def policies(world: World, study: StudySettings) -> dict[str, Policy]:
    """Every policy by its name, ready for this world; nothing is trained yet."""
    k, shape = world.settings.k, (world.settings.people, world.settings.items)
    sequence, hybrid = _trained(_sequence_of, world, study), _trained(train_hybrid, world, study)

    def average(log: PickLog, round_number: int) -> UserScorer:
        return MovingAverage(world.texts, study.average_rate)

    def rearranged(**rules: float) -> Policy:
        return RearrangedPolicy(k, sequence, live=True, rules=Rules(**rules), facts=_facts(world))

    return {
        RANDOM: RandomPolicy(k, shape, world.seed),
        POPULAR: PopularPolicy(k, shape),
        STATIC: ModelPolicy(k, sequence, live=False),
        NIGHTLY: ModelPolicy(k, sequence, live=False, retrain_every=study.nightly),
        AVERAGE: ModelPolicy(k, average, live=True),
        LIVE: ModelPolicy(k, sequence, live=True),
        UPDATED: ModelPolicy(k, sequence, live=True, retrain_every=study.nightly),
        EXPLORING: rearranged(explore=study.explore),
        DIVERSE: rearranged(diversity=study.diversity),
        STATIC_HYBRID: ModelPolicy(k, hybrid, live=False),
        LIVE_HYBRID: ModelPolicy(k, hybrid, live=True),
        UPDATED_HYBRID: ModelPolicy(k, hybrid, live=True, retrain_every=study.nightly),
    }


def _trained(
    model: Callable[[PickLog, Floats, StudySettings, int], UserScorer], world: World, study: StudySettings
) -> Train:
    """Trainings of a model by their rounds, each with luck of its own."""

    @cache
    def first() -> UserScorer:
        # Before the first list all logs are alike, and so is the model.
        return model(PickLog(world), world.texts, study, world.seed)

    def train(log: PickLog, round_number: int) -> UserScorer:
        if round_number == 0:
            return first()
        return model(log, world.texts, study, world.seed * 1009 + round_number)

    return train


def _sequence_of(log: PickLog, texts: Floats, study: StudySettings, seed: int) -> UserScorer:
    return train_sequence_model(log.training(), texts, study, seed)


def _facts(world: World) -> ItemFacts:
    count = len(world.texts)
    return ItemFacts(
        titles=[str(item) for item in range(count)],
        categories=[frozenset()] * count,
        available=np.ones(count, bool),
        dates=np.full(count, np.nan, np.float32),
        vectors=world.texts,
    )
