"""Lists that `explore` draws for the simulator's people, and what they pick from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.off_policy.draws import CandidatePool, Draws, read_draws
from palate.off_policy.place_estimates import LoggedPlaces
from palate.rank.filters import FilterContext, ItemFacts, RankedItems
from palate.rank.filters.cut import cut
from palate.rank.filters.exploration import explore
from palate.rank.rules import Rules
from palate.simulate.people import NO_PICK, People, choice_probabilities, choose, place_attention
from palate.simulate.settings import WorldSettings
from palate.simulate.world import draw_world

Floats = NDArray[np.float64]

CANDIDATES, K = 30, 10
SHARPNESS = 1.5
"""Inverse temperature of the scores that lists are drawn by."""
NOISE = (0.35, 0.2)
"""Deviation of what the two releases think from the affinity, which is up to 1."""
WHOLE, EXPLORE = 0.5, 0.3
"""Share of the lists that are drawn whole, and of the places that are drawn in the others."""
NOTHING = np.zeros(0, np.int32)


class Meeting(NamedTuple):
    """Candidates for everybody once, each [people, candidates]."""

    affinity: Floats
    """What decides the picks, as people are now."""
    score: Floats
    """What the release that lists thinks of each: the affinity with noise."""
    other: Floats
    """What another release thinks, with less noise."""
    popularity: Floats
    """Logarithm of the item's popularity."""


class World(NamedTuple):
    """People and the settings of their picks."""

    people: People
    settings: WorldSettings
    attention: Floats
    """To each place, [K]."""


def world_of(seed: int, outside: float) -> World:
    """A world of the simulation's usual settings but for what else there is to do."""
    settings = WorldSettings(outside=outside)
    attention = place_attention(K, settings.position_bias)
    return World(People(draw_world(settings, seed)), settings, attention)


def meeting(world: World, rng: np.random.Generator) -> Meeting:
    """Candidates, half of them near to each person's taste."""
    people = world.people
    topics = people.interests @ people.world.topics.T
    near = np.argpartition(-topics, 300, axis=1)[:, :300]
    half = CANDIDATES // 2
    chosen = np.stack([rng.choice(row, half, replace=False) for row in near])
    others = rng.integers(0, topics.shape[1], (len(chosen), CANDIDATES - half))
    shown = np.hstack([chosen, others]).astype(np.int32)
    affinity = people.affinity(shown)
    guess, better = (affinity + rng.normal(0, noise, shown.shape) for noise in NOISE)
    return Meeting(affinity, guess, better, np.log(people.world.popularity[shown]))


def picked(world: World, affinity: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    """The place that each list led to a pick at, if any, [lists, places]."""
    places = choose(choice_probabilities(affinity, world.settings), rng)
    return (places[:, None] == np.arange(affinity.shape[1])) & (places != NO_PICK)[:, None]


class ExploredPlaces(NamedTuple):
    """A list, what was drawn of it, and from what."""

    logged: LoggedPlaces
    draws: Draws
    pool: CandidatePool
    person: int
    ranks: NDArray[np.int64]
    """Columns of the person's candidates by falling score."""


def explored(world: World, found: Meeting, rng: np.random.Generator) -> Iterator[ExploredPlaces]:
    """A list for everybody, made by the filter that serving uses."""
    rows = [_list(found.score[person], rng) for person in range(len(found.score))]
    listed = np.stack([columns[kept.items] for columns, kept, _ in rows])
    acted = picked(world, np.take_along_axis(found.affinity, listed, axis=1), rng)
    for person, (columns, kept, scores) in enumerate(rows):
        pool = CandidatePool(tuple(map(str, columns.tolist())), scores.astype(np.float64))
        logged = LoggedPlaces((str(person),), tuple(map(str, listed[person].tolist())), acted[person])
        assert kept.propensities is not None
        draws = read_draws(pool, logged.items, kept.propensities.astype(np.float64))
        assert draws is not None
        yield ExploredPlaces(logged, draws, pool, person, columns)


def _list(
    score: Floats, rng: np.random.Generator
) -> tuple[NDArray[np.int64], RankedItems, NDArray[np.float32]]:
    """Columns by falling score, the list as rows of these, and their scores as weights."""
    columns = np.argsort(-score, kind="stable")
    weights = np.exp(SHARPNESS * (score[columns] - score.max())).astype(np.float32)
    share = 1.0 if rng.random() < WHOLE else EXPLORE
    rules = Rules(explore=share, seed=int(rng.integers(2**31)))
    context, facts = FilterContext(NOTHING, NOTHING, K, rules), _FACTS
    ranked = RankedItems(np.arange(CANDIDATES, dtype=np.int32), weights)
    return columns, cut(explore(ranked, context, facts).kept, context, facts).kept, weights


_FACTS = ItemFacts(
    titles=tuple(map(str, range(CANDIDATES))),
    categories=(frozenset(),) * CANDIDATES,
    available=np.ones(CANDIDATES, bool),
    dates=np.full(CANDIDATES, np.nan, np.float32),
    vectors=np.eye(CANDIDATES, dtype=np.float32),
)
