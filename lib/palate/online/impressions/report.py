"""Online report: click-through and conversion by release, kind of list, arm, source and place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from palate.online.impressions.intervals import Rate, wilson_rate
from palate.online.impressions.shown_list import first_list_id
from palate.online.postgres.database import Database
from palate.online.postgres.embedded import store_at
from palate.schema import DAY

DIMENSIONS = ("all", "release", "kind", "arm", "source", "place")
"""What is told apart, in the order of a report."""
CLICKS = ("click",)
CONVERSIONS = ("purchase",)
"""Kinds of events that count by default."""
REPORT_DAYS = 7
REPORT_SECONDS = 600.0
"""For a report over a large log."""

_COUNTS = """count(*) AS shown, count(*) FILTER (WHERE clicked) AS clicks,
    count(*) FILTER (WHERE converted) AS conversions"""
# An event counts for a list of its own user, or of nobody, at the place where its item was.
_ROWS = f"""
WITH named AS (
    SELECT e.list, e.item, bool_or(e.kind = ANY ($3)) AS clicked, bool_or(e.kind = ANY ($4)) AS converted
    FROM palate_events AS e JOIN palate_lists AS l ON l.id = e.list
    WHERE e.list >= $1 AND e.list < $2 AND l.id >= $1 AND l.id < $2 AND l.user_id IN ('', e.user_id)
    GROUP BY e.list, e.item
), shown AS (
    SELECT l.release, l.kind, l.arm, p.place, p.shown -> 'sources' AS sources,
        coalesce(n.clicked, false) AS clicked, coalesce(n.converted, false) AS converted
    FROM palate_lists AS l
    CROSS JOIN LATERAL jsonb_array_elements(l.items) WITH ORDINALITY AS p (shown, place)
    LEFT JOIN named AS n ON n.list = l.id AND n.item = p.shown ->> 'item'
    WHERE l.id >= $1 AND l.id < $2
)
SELECT
    CASE GROUPING(release, kind, place)
        WHEN 3 THEN 'release' WHEN 5 THEN 'kind' WHEN 6 THEN 'place' ELSE 'all'
    END AS dimension,
    coalesce(release, kind, place::text, '') AS value, {_COUNTS}
FROM shown GROUP BY GROUPING SETS ((), (release), (kind), (place))
UNION ALL
SELECT 'arm', a.label, {_COUNTS}
FROM shown CROSS JOIN LATERAL unnest(CASE arm WHEN '' THEN ARRAY[''] ELSE string_to_array(arm, ' ') END)
    AS a (label) GROUP BY a.label
UNION ALL
SELECT 'source', s.source, {_COUNTS}
FROM shown CROSS JOIN LATERAL jsonb_object_keys(sources) AS s (source) GROUP BY s.source
"""
_EVENTS = """
SELECT count(*) AS named,
    count(*) FILTER (WHERE l.id IS NULL) AS unknown,
    count(*) FILTER (WHERE l.user_id NOT IN ('', e.user_id)
        OR NOT l.items @> jsonb_build_array(jsonb_build_object('item', e.item))) AS mismatched
FROM palate_events AS e LEFT JOIN palate_lists AS l ON l.id = e.list AND l.id >= $1 AND l.id < $2
WHERE e.list >= $1 AND e.list < $2
"""


class ReportRow(NamedTuple):
    """What came of the places of one group."""

    dimension: str
    """One of `DIMENSIONS`."""
    value: str
    """Such as the id of a release; empty for all, and for lists of no arm."""
    shown: int
    """Places of lists that were answered."""
    clicks: int
    """Of these, places with a click."""
    conversions: int
    """Of these, places with a conversion."""
    click_rate: Rate | None
    conversion_rate: Rate | None
    """Shares of the places shown; None if none was."""


class OnlineReport(NamedTuple):
    """What came of what was shown."""

    since: int
    until: int
    """Lists that were answered from `since` to before `until`, seconds since 1970."""
    rows: list[ReportRow]
    named: int
    """Events that name a list of this time."""
    unknown: int
    """Of these, events whose list is not kept: it never was, was erased, or was dropped."""
    mismatched: int
    """Of these, events of another user or with an item that was not on the list; they count for nothing."""


async def online_report(
    database: Database,
    since: int,
    until: int,
    *,
    clicks: Sequence[str] = CLICKS,
    conversions: Sequence[str] = CONVERSIONS,
) -> OnlineReport:
    """The report on lists of a time, as of one moment.

    Args:
        database: The store's.
        since: Where the time begins, seconds since 1970.
        until: Where it ends.
        clicks: Kinds of events that are clicks.
        conversions: Kinds that are conversions.

    Raises:
        StoreUnavailable: The store does not answer, or not within ten minutes.
    """
    first, end = first_list_id(since), first_list_id(until)
    async with database.snapshot() as snapshot:
        rows = await snapshot.rows(_ROWS, first, end, list(clicks), list(conversions), timeout=REPORT_SECONDS)
        events = (await snapshot.rows(_EVENTS, first, end, timeout=REPORT_SECONDS))[0]
    return OnlineReport(since, until, rows=_ordered(rows), **dict(events))


def report_of_store(
    location: str, days: int, clicks: Sequence[str], conversions: Sequence[str]
) -> OnlineReport:
    """The report on the last days of a store, a URL or the folder of an embedded one; errors as above."""
    with store_at(location) as url:
        return asyncio.run(_report(url, days, clicks, conversions))


def last_days(days: int) -> tuple[int, int]:
    """The last days up to now, as `since` and `until` of a report."""
    until = int(time.time()) + 1  # lists of this second too
    return until - days * DAY, until


async def _report(url: str, days: int, clicks: Sequence[str], conversions: Sequence[str]) -> OnlineReport:
    database = await Database.open(url, pool_size=1)
    try:
        since, until = last_days(days)
        return await online_report(database, since, until, clicks=clicks, conversions=conversions)
    finally:
        await database.close()


def _ordered(rows: Sequence[Any]) -> list[ReportRow]:
    """Rows in the order of `DIMENSIONS`, places by number, all else by name."""
    found = [
        ReportRow(
            dimension=row["dimension"],
            value=row["value"],
            shown=row["shown"],
            clicks=row["clicks"],
            conversions=row["conversions"],
            click_rate=wilson_rate(row["clicks"], row["shown"]),
            conversion_rate=wilson_rate(row["conversions"], row["shown"]),
        )
        for row in rows
    ]
    return sorted(found, key=_place_in_report)


def _place_in_report(row: ReportRow) -> tuple[int, int, str]:
    number = int(row.value) if row.dimension == "place" else 0
    return DIMENSIONS.index(row.dimension), number, row.value
