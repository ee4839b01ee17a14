"""A synthetic catalogue: each item's cluster, popularity and birth, and text that carries the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from palate.generate.shape import DataShape
from palate.generate.vocabulary import CATEGORIES, CLUSTERS, MAKERS, STYLES, cluster_count
from palate.schema import ITEM, TITLE

_STREAM = 0
"""Tells the catalogue's random numbers from those of the log."""
_TEXT_BLOCK = 10_000
"""Items whose texts are drawn together."""
_LATEST = 0.9
"""Share of the log after which no item appears."""


@dataclass(frozen=True)
class ItemWorld:
    """Items in the order of their clusters, held whole: some 40 bytes an item."""

    ids: pa.Array
    cluster: npt.NDArray[np.int64]
    """(items,): rising."""
    births: npt.NDArray[np.float64]
    """(items,): share of the log's span after which the item is there; 0 if it was from the first."""
    mass: npt.NDArray[np.float64]
    """(items + 1,): popularity of the items before, so that all together have 1."""
    starts: npt.NDArray[np.int64]
    """(clusters + 1,): first item of each cluster."""


def item_world(shape: DataShape) -> ItemWorld:
    """Draw clusters, Zipf popularity and births; the most popular item of each cluster is there at once."""
    random = np.random.default_rng([shape.seed, _STREAM])
    clusters = cluster_count(shape.items)
    # Every cluster has an item, the rest is drawn; in their order a cluster is a slice.
    cluster = np.sort(np.arange(shape.items) % clusters)
    weights = np.arange(1, shape.items + 1, dtype=np.float64) ** -shape.slope
    weights = random.permutation(weights / weights.sum())
    starts = np.searchsorted(cluster, np.arange(clusters + 1))
    births = np.where(random.random(shape.items) < shape.new_items, random.random(shape.items) * _LATEST, 0.0)
    for first, last in pairwise(starts):
        births[first + np.argmax(weights[first:last])] = 0.0
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    ids = numbered("i", np.arange(shape.items), shape.items)
    return ItemWorld(ids=ids, cluster=cluster, births=births, mass=mass, starts=starts)


def catalogue_blocks(shape: DataShape, world: ItemWorld) -> Iterator[pa.Table]:
    """The catalogue's rows, some thousand items at a time: id, title, category, style, price, description."""
    for block, first in enumerate(range(0, shape.items, _TEXT_BLOCK)):
        random = np.random.default_rng([shape.seed, _STREAM, block + 1])
        numbers = range(first, min(first + _TEXT_BLOCK, shape.items))
        rows = [_row(number, int(world.cluster[number]), random) for number in numbers]
        yield pa.Table.from_pylist(rows).add_column(0, ITEM, world.ids[first : first + len(rows)])


def numbered(letter: str, numbers: npt.NDArray[np.int64], count: int) -> pa.Array:
    """Ids such as `i0042`, of one length for all `count`."""
    width = len(str(count - 1))
    return pa.array([f"{letter}{number:0{width}}" for number in numbers.tolist()], pa.string())


def _row(number: int, cluster: int, random: np.random.Generator) -> dict[str, str | float]:
    category, style = CLUSTERS[cluster]
    noun = random.choice(CATEGORIES[category])
    first, second = random.permutation(STYLES[style])[:2]
    maker = random.choice(MAKERS)
    return {
        TITLE: f"{maker} {first} {noun} {number}",
        "category": category,
        "style": style,
        "price": round(float(random.lognormal(3.0, 0.8)), 2),
        "description": f"A {first}, {second} {noun} in {style} style for {category.lower()}, by {maker}.",
    }
