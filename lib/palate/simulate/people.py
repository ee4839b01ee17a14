"""People: what they pick from a list, how it satisfies them, and what it does to them.

Affinity of a person u for an item i, both unit vectors over topics: p(u) . t(i) - boredom * h(u) . t(i),
where h is the satiation. Liu Leqi et al., "Rebounding Bandits for Modeling Satiation Effects", NeurIPS 2021:
linear dynamics h <- memory * (h + t(picked)), and enjoyment falls by a multiple of h.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.retrieve.item_vectors import unit
from palate.simulate.settings import WorldSettings
from palate.simulate.world import World

NO_PICK = -1


class Visit(NamedTuple):
    """What came of one list each."""

    picked: NDArray[np.int64]
    """Place of the pick in the list, `NO_PICK` for none, [people]."""
    satisfaction: NDArray[np.float64]
    """0 to 1, 0 without a pick, [people]."""


class People:
    """The people of a world as they are now."""

    def __init__(self, world: World) -> None:
        self.world, self.settings = world, world.settings
        self.interests = world.interests.copy()
        self.satiation = np.zeros_like(self.interests)
        self.mood = np.full(len(self.interests), 0.5)
        self.active = np.ones(len(self.interests), bool)

    def affinity(self, lists: NDArray[np.int32]) -> NDArray[np.float64]:
        """Affinity for the items of one list each, [people, k], as bored as people are."""
        wanted = self.interests - np.float32(self.settings.boredom) * self.satiation
        affinity: NDArray[np.float64] = np.einsum("ukt,ut->uk", self.world.topics[lists], wanted).astype(
            float
        )
        return affinity

    def enjoyment(self, lists: NDArray[np.int32]) -> NDArray[np.float64]:
        """Satisfaction that each item would give, 0 to 1, [people, k]: affinity and the unseen quality."""
        return np.clip(self.affinity(lists) + self.world.quality[lists], 0, 1)

    def visit(self, lists: NDArray[np.int32], rng: np.random.Generator) -> Visit:
        """Everybody looks at a list, int32 [people, k], picks, is satisfied, changes, and perhaps leaves.

        Those who have left pick nothing. The draws do not depend on the lists, so that policies that run
        with equal generators meet the same luck.
        """
        places = choose(choice_probabilities(self.affinity(lists), self.settings), rng)
        places = np.where(self.active, places, NO_PICK)
        rows = np.flatnonzero(places != NO_PICK)
        satisfaction = np.zeros(len(lists))
        satisfaction[rows] = self.enjoyment(lists)[rows, places[rows]]
        self._live_through(rows, lists[rows, places[rows]], satisfaction)
        self._drift(rng)
        self._leave(satisfaction, rng)
        return Visit(places, satisfaction)

    def _live_through(
        self, rows: NDArray[np.int64], items: NDArray[np.int32], satisfaction: NDArray[np.float64]
    ) -> None:
        """Satiation rises by what was picked; interests move to what satisfied.

        p <- unit(p + pull * satisfaction * t): Jiang et al., "Degenerate Feedback Loops in Recommender
        Systems", AIES 2019, where what is recommended and liked is liked more; step as in RecSim's interest
        evolution (Ie et al., 2019).
        """
        topics = self.world.topics[items]
        self.satiation[rows] += topics
        self.satiation *= np.float32(self.settings.memory)
        step = (self.settings.pull * satisfaction[rows])[:, None].astype(np.float32)
        self.interests[rows] = unit(self.interests[rows] + step * topics)

    def _drift(self, rng: np.random.Generator) -> None:
        """Now and then somebody takes up a topic, whatever is recommended to them.

        Interests that are reset with some probability: Khritankov and Pilkevich, "Existence conditions for
        hidden feedback loops in online recommender systems", WISE 2021.
        """
        count, topics = self.interests.shape
        takes_up = rng.random(count) < self.settings.new_interest
        new = rng.integers(0, topics, count)
        taken = np.eye(topics, dtype=np.float32)[np.asarray(new)[takes_up]]
        share = np.float32(self.settings.new_interest_share)
        self.interests[takes_up] = unit((1 - share) * self.interests[takes_up] + share * taken)

    def _leave(self, satisfaction: NDArray[np.float64], rng: np.random.Generator) -> None:
        """P(leave) = churn * (1 - mood), mood being the moving average of satisfaction.

        A leave model on top of the immediate response, in the manner of Zhao et al., "KuaiSim", NeurIPS 2023.
        """
        self.mood += self.settings.mood_rate * (satisfaction - self.mood)
        self.active &= rng.random(len(self.mood)) >= self.settings.churn * (1 - self.mood)


def choice_probabilities(affinity: NDArray[np.float64], settings: WorldSettings) -> NDArray[np.float64]:
    """P(pick) of each place of each list, [people, k]; what is missing to 1 picks nothing.

    A multinomial logit with an outside option, as RecSim's (Ie et al., "RecSim", 2019), under the examination
    hypothesis: P(j) = a(j) exp(b x(j)) / (exp(b * outside) + sum of a(j) exp(b x(j))), with the attention
    a(j) = log2(1 + j)^-position_bias of place j, from 1.
    """
    attention = place_attention(affinity.shape[1], settings.position_bias)
    weights = attention * np.exp(settings.choosiness * (affinity - settings.outside))
    shares: NDArray[np.float64] = weights / (1 + weights.sum(axis=1, keepdims=True))
    return shares


def place_attention(k: int, position_bias: float) -> NDArray[np.float64]:
    """Attention to each place, 1 for the first, [k]."""
    attention: NDArray[np.float64] = np.log2(1 + np.arange(1, k + 1)) ** -position_bias
    return attention


def choose(probabilities: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """A place drawn for each list, `NO_PICK` with what is missing to 1; one uniform number a list."""
    ends = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(ends))[:, None]
    places = (ends <= drawn).sum(axis=1)
    return np.where(places < probabilities.shape[1], places, NO_PICK)
