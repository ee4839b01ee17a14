"""Explored lists: those of the log that `explore` drew, with what came of them and what was known then."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.online.events import LiveEvent, UserState
from palate.online.impressions.report import REPORT_SECONDS
from palate.online.impressions.shown_list import first_list_id
from palate.online.postgres.database import Snapshot
from palate.online.store import MAX_EVENTS

LISTS_TOGETHER = 64
"""Lists that are read, and made again, at once."""

_RECOMMENDED = "l.id >= $1 AND l.id < $2 AND l.kind = 'recommend'"
_COUNTS = f"""
SELECT count(*) AS shown, count(*) FILTER (WHERE l.items -> 0 ? 'propensity') AS explored,
    coalesce(max(jsonb_array_length(l.items)), 0) AS longest
FROM palate_lists AS l WHERE {_RECOMMENDED}
"""
# An event counts for a list of its own user that held its item, as in the online report.
_LISTS = f"""
SELECT l.user_id, l.made_for_version, l.time, l.release, l.items::text AS items, u.erased_at > 0 AS erased,
    ARRAY(
        SELECT DISTINCT e.item FROM palate_events AS e
        WHERE e.list = l.id AND e.user_id = l.user_id AND e.kind = ANY ($3)
    ) AS acted
FROM palate_lists AS l LEFT JOIN palate_users AS u USING (user_id)
WHERE {_RECOMMENDED} AND l.user_id <> '' AND l.items -> 0 ? 'propensity'
ORDER BY l.release, l.user_id, l.id
"""
_EVENTS = """
SELECT l.row, e.* FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS l (user_id, version, row)
CROSS JOIN LATERAL (
    SELECT n.id, n.item, n.kind, n.value, n.time, n.text, n.number FROM palate_events AS n
    WHERE n.user_id = l.user_id AND n.number <= l.version ORDER BY n.number DESC LIMIT $3
) AS e ORDER BY l.row, e.number
"""


class ExploredList(NamedTuple):
    """A list of a known user with drawn places."""

    user: str
    time: int
    """Seconds since 1970."""
    release: str
    items: tuple[str, ...]
    """Best first, [places]."""
    propensities: NDArray[np.float64]
    """As logged, 1 for what was not drawn, [places]."""
    acted: NDArray[np.bool_]
    """Whether the place led to an event, [places]."""
    state: UserState
    """What was known of the user: events alone, without what a profile has."""


class LogSize(NamedTuple):
    """Lists of recommendations of a time."""

    shown: int
    explored: int
    """With drawn places."""
    longest: int
    """Places of the longest one."""


async def log_size(snapshot: Snapshot, since: int, until: int) -> LogSize:
    """How many lists there are, of all users; times in seconds since 1970."""
    (row,) = await snapshot.rows(_COUNTS, *_ids(since, until), timeout=REPORT_SECONDS)
    return LogSize(**dict(row))


async def explored_lists(
    snapshot: Snapshot, since: int, until: int, kinds: Sequence[str]
) -> AsyncIterator[list[ExploredList]]:
    """The lists of known users, by releases and users, some at a time; `kinds` of events count."""
    pages = snapshot.pages(_LISTS, LISTS_TOGETHER, *_ids(since, until), list(kinds), timeout=REPORT_SECONDS)
    async for rows in pages:
        users, versions = ([row[name] for row in rows] for name in ("user_id", "made_for_version"))
        events = await snapshot.rows(_EVENTS, users, versions, MAX_EVENTS, timeout=REPORT_SECONDS)
        by_row: list[list[Any]] = [[] for _ in rows]
        for event in events:
            by_row[event["row"] - 1].append(event)
        yield [_explored(row, own) for row, own in zip(rows, by_row, strict=True)]


def _ids(since: int, until: int) -> tuple[object, object]:
    return first_list_id(since), first_list_id(until)


def _explored(row: Any, events: Sequence[Any]) -> ExploredList:
    places, user = json.loads(row["items"]), row["user_id"]
    items = tuple(place["item"] for place in places)
    return ExploredList(
        user=user,
        time=row["time"],
        release=row["release"],
        items=items,
        propensities=np.array([place["propensity"] for place in places], np.float64),
        acted=np.isin(items, row["acted"]),
        state=UserState(
            version=row["made_for_version"],
            erased=bool(row["erased"]),
            events=tuple(_event(user, event) for event in events),
        ),
    )


def _event(user: str, row: Any) -> LiveEvent:
    return LiveEvent(
        row["id"],
        user=user,
        item=row["item"],
        kind=row["kind"],
        value=row["value"],
        time=row["time"],
        text=row["text"],
    )
