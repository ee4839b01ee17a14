"""A synthetic log: sessions of users whose taste drifts from one cluster to another.

Users come in cells of fixed membership, each with random numbers of its own: how many rows are written at a
time changes no row, and no more than a cell is held.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from palate.generate.catalogue import ItemWorld, numbered
from palate.generate.shape import FEWEST_EVENTS, SPAN, START, DataShape
from palate.schema import EVENTS_SCHEMA

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_STREAM = 1
_CELL_EVENTS = 50_000
"""About how many events are drawn together."""
_SESSION = 6.0
"""Mean events of a session."""
_PAUSE = 45.0
"""Mean seconds between two events of a session."""
_FAITHFUL = 0.8
"""Share of events that follow the user's taste; the rest follow popularity alone."""
KINDS = ("view", "like", "buy", "dislike")
_BY_TASTE = (0.76, 0.12, 0.11, 0.01)
_BY_CHANCE = (0.85, 0.03, 0.02, 0.10)
"""How often each kind is, for what is to the user's taste and for the rest."""


def event_cells(shape: DataShape, world: ItemWorld) -> Iterator[pa.Table]:
    """The log, by user and for each in the order of time; as many events as asked."""
    size = max(1, _CELL_EVENTS * shape.users // shape.events)
    for number, first in enumerate(range(0, shape.users, size)):
        users = np.arange(first, min(first + size, shape.users))
        # Whole numbers, so that the cells' shares add up exactly.
        share = shape.events * (int(users[-1]) + 1) // shape.users - shape.events * first // shape.users
        random = np.random.default_rng([shape.seed, _STREAM, number])
        yield _cell(shape, world, numbered("u", users, shape.users), (random, share))


def _cell(
    shape: DataShape, world: ItemWorld, ids: pa.Array, drawn: tuple[np.random.Generator, int]
) -> pa.Table:
    random, events = drawn
    user = np.repeat(np.arange(len(ids)), _counts(random, len(ids), events))
    time = _times(random, user)
    age = np.clip((time - START) / SPAN, 0, 1)
    cluster, faithful = _clusters(random, user, shape.drift * age, world)
    item = _items(random, cluster, age, world)
    kind = _kinds(random, faithful, user)
    columns = [ids.take(pa.array(user)), world.ids.take(pa.array(item))]
    columns += [pa.array(np.array(KINDS)[kind]), pa.array(_values(random, kind)), pa.array(time)]
    return pa.Table.from_arrays(columns, schema=EVENTS_SCHEMA)


def _counts(random: np.random.Generator, users: int, events: int) -> Integers:
    """Events of each user: few for most, many for some."""
    activity = random.lognormal(0.0, 1.0, users)
    more = random.multinomial(events - FEWEST_EVENTS * users, activity / activity.sum())
    return FEWEST_EVENTS + more


def _times(random: np.random.Generator, user: Integers) -> Integers:
    """Seconds since 1970, rising within a user: sessions anywhere in the log, short pauses in them."""
    events = len(user)
    opens = (random.random(events) < 1 / _SESSION) | (np.diff(user, prepend=-1) != 0)
    session = np.cumsum(opens) - 1
    starts = random.random(int(session[-1]) + 1) * SPAN
    # Pauses add up from a session's first event on.
    elapsed = np.cumsum(1 + random.exponential(_PAUSE, events))
    offset = elapsed - elapsed[opens][session]
    time = (START + starts[session] + offset).astype(np.int64)
    time = time[np.lexsort((time, user))]
    # No two events of a user at one second: each is at least a second after the one before.
    place = np.arange(events)
    apart = user * (4 * SPAN)
    rising: Integers = np.maximum.accumulate(time - place + apart) + place - apart
    return rising


def _clusters(
    random: np.random.Generator, user: Integers, moved: Floats, world: ItemWorld
) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """The cluster of each event, and whether it is the user's taste of that day."""
    users, events = int(user[-1]) + 1, len(user)
    edges = world.mass[world.starts]
    # What all users take together then follows the items' popularity.
    tastes = _drawn(edges, random.random((2, users)))
    now = np.where(random.random(events) < moved, tastes[1][user], tastes[0][user])
    faithful = random.random(events) < _FAITHFUL
    return np.where(faithful, now, _drawn(edges, random.random(events))), faithful


def _items(random: np.random.Generator, cluster: Integers, age: Floats, world: ItemWorld) -> Integers:
    """An item of each event's cluster by popularity, drawn again where it has not appeared yet."""
    low, high = world.mass[world.starts[cluster]], world.mass[world.starts[cluster + 1]]
    item = np.full(len(cluster), -1)
    open_ = np.arange(len(cluster))
    while len(open_):
        spot = low[open_] + random.random(len(open_)) * (high[open_] - low[open_])
        found = _drawn(world.mass, spot)
        # Rounding may fall on the neighbour at a cluster's edge.
        found = np.clip(found, world.starts[cluster[open_]], world.starts[cluster[open_] + 1] - 1)
        item[open_] = found
        open_ = open_[world.births[found] > age[open_]]
    return item


def _drawn(edges: Floats, spots: Floats) -> Integers:
    """In which of the intervals between `edges` each spot is."""
    return np.clip(np.searchsorted(edges, spots, side="right") - 1, 0, len(edges) - 2)


def _kinds(random: np.random.Generator, faithful: npt.NDArray[np.bool_], user: Integers) -> Integers:
    """Kinds of events; a user's first ones are no dislikes, so that each user has a history."""
    spot = random.random(len(faithful))
    by_taste = np.searchsorted(np.cumsum(_BY_TASTE)[:-1], spot, side="right")
    by_chance = np.searchsorted(np.cumsum(_BY_CHANCE)[:-1], spot, side="right")
    kind = np.where(faithful, by_taste, by_chance)
    place = np.arange(len(user)) - np.searchsorted(user, user)
    return np.where((kind == KINDS.index("dislike")) & (place < FEWEST_EVENTS), 0, kind)


def _values(random: np.random.Generator, kind: Integers) -> npt.NDArray[np.float32]:
    """Seconds looked at of a view, pieces of a purchase, and 1 of a like or dislike."""
    seconds = np.round(random.lognormal(2.5, 0.8, len(kind)), 1)
    pieces = random.geometric(0.8, len(kind))
    ones = np.ones(len(kind))
    return np.select([kind == 0, kind == 2], [seconds, pieces], ones).astype(np.float32)
