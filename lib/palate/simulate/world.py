"""World: items with topics, texts and popularity, and people with interests, all drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.retrieve.item_vectors import unit
from palate.simulate.settings import WorldSettings

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class World:
    """What is there before the first list. Policies may look at `texts` and `arrives` alone."""

    settings: WorldSettings
    seed: int
    topics: Floats
    """Unit vectors without negative parts, [items, topics]."""
    texts: Floats
    """Unit vectors, [items, text width]: a random rotation of the topics, and noise."""
    quality: Floats
    """What an item is worth beyond its topics, [items]."""
    popularity: NDArray[np.float64]
    """Probability to meet an item by oneself, [items]."""
    arrives: NDArray[np.int64]
    """Round in which an item appears, 0 for most, [items]."""
    interests: Floats
    """Unit vectors without negative parts, [people, topics]."""
    first: NDArray[np.int32]
    """What people picked by themselves, oldest first, [people, first events]."""


def draw_world(settings: WorldSettings, seed: int) -> World:
    """A world; equal seeds, equal worlds."""
    rng = np.random.default_rng([seed, 0])
    count = settings.items
    topics = _directions(rng, count, settings.topics, settings.item_focus)
    popularity = zipf(count, settings.popularity_skew)[rng.permutation(count)]
    interests = _directions(rng, settings.people, settings.topics, settings.person_focus)
    arrives = _arrivals(rng, settings)
    return World(
        settings=settings,
        seed=seed,
        topics=topics,
        texts=_texts(rng, topics, settings),
        quality=rng.normal(0, settings.quality, count).astype(np.float32),
        popularity=popularity,
        arrives=arrives,
        interests=interests,
        first=_first_picks(rng, interests @ topics.T, np.where(arrives == 0, popularity, 0), settings),
    )


def zipf(count: int, skew: float) -> NDArray[np.float64]:
    """Probabilities proportional to rank^-skew, float64 [count]."""
    weights = np.arange(1, count + 1, dtype=np.float64) ** -skew
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def popularity_skew(counts: NDArray[np.int64]) -> float:
    """The exponent s of a log whose items have `counts` events, by maximum likelihood; at least one event.

    Of ranks r with counts n the likelihood of rank^-s is the product of (r^-s / sum of j^-s)^n: Clauset,
    Shalizi and Newman, "Power-law distributions in empirical data", SIAM Review 2009, on ranks.
    """
    from scipy.optimize import minimize_scalar

    falling = np.sort(counts[counts > 0])[::-1].astype(np.float64)
    ranks = np.log(np.arange(1, len(falling) + 1))
    mean = float(falling @ ranks / falling.sum())

    def loss(skew: float) -> float:
        return skew * mean + float(np.log(np.exp(-skew * ranks).sum()))

    return float(minimize_scalar(loss, bounds=(0, 3), method="bounded").x)


def _directions(rng: np.random.Generator, rows: int, topics: int, focus: float) -> Floats:
    return unit(rng.dirichlet(np.full(topics, focus), rows).astype(np.float32))


def _texts(rng: np.random.Generator, topics: Floats, settings: WorldSettings) -> Floats:
    # Topics are turned into the space of texts by directions of length 1, and noise of a given length added.
    turn = unit(rng.normal(size=(settings.topics, settings.text_width)).astype(np.float32))
    noise = unit(rng.normal(size=(len(topics), settings.text_width)).astype(np.float32))
    return unit(unit(topics @ turn) + np.float32(settings.text_noise) * noise)


def _arrivals(rng: np.random.Generator, settings: WorldSettings) -> NDArray[np.int64]:
    is_new = rng.random(settings.items) < settings.new_items
    return np.where(is_new, rng.integers(1, settings.rounds + 1, settings.items), 0)


def _first_picks(
    rng: np.random.Generator, affinity: Floats, popularity: NDArray[np.float64], settings: WorldSettings
) -> NDArray[np.int32]:
    """Picks without replacement, P ~ popularity * exp(choosiness * affinity), by Gumbel's trick.

    The largest values of log weight + Gumbel noise are draws without replacement, in their order.
    """
    with np.errstate(divide="ignore"):
        values = settings.choosiness * affinity + np.log(popularity)
    values += rng.gumbel(size=values.shape)
    best = np.argpartition(-values, settings.first_events, axis=1)[:, : settings.first_events]
    order = np.argsort(-np.take_along_axis(values, best, axis=1), axis=1)
    return np.take_along_axis(best, order, axis=1).astype(np.int32)
