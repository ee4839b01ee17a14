"""Outcomes by arm: what came of each user's lists, read from the impression log.

Lists of one user are dependent, so a user is the unit: their outcome is the share of their own lists that led
to an event, over the window after their first list. It is settled once the window is over, and users come one
after another, which is what a confidence sequence is about.
"""

from __future__ import annotations

from typing import NamedTuple

from palate.experiments.confidence import ArmOutcome
from palate.experiments.settings import Experiment, Outcome
from palate.online.impressions.report import REPORT_SECONDS
from palate.online.impressions.shown_list import arm_label, first_list_id
from palate.online.postgres.database import Snapshot

# An event counts for a list of its own user that held its item, as in the online report.
_ARMS = """
WITH given AS (
    SELECT l.id, l.time, l.user_id, a.label
    FROM palate_lists AS l CROSS JOIN LATERAL unnest(string_to_array(l.arm, ' ')) AS a (label)
    WHERE l.id >= $1 AND l.id < $2 AND l.arm <> '' AND l.user_id <> '' AND a.label = ANY ($3)
), firsts AS (
    SELECT user_id, min(time) AS first, min(label) AS label, count(DISTINCT label) AS arms
    FROM given GROUP BY user_id
), settled AS (
    SELECT f.label, avg(coalesce(n.clicked, false)::int)::float8 AS clicks,
        avg(coalesce(n.converted, false)::int)::float8 AS conversions
    FROM firsts AS f JOIN given AS g ON g.user_id = f.user_id AND g.time < f.first + $4
    LEFT JOIN LATERAL (
        SELECT bool_or(e.kind = ANY ($6)) AS clicked, bool_or(e.kind = ANY ($7)) AS converted
        FROM palate_events AS e JOIN palate_lists AS l ON l.id = e.list
        WHERE e.list = g.id AND e.user_id = g.user_id AND e.time < f.first + $4
            AND l.items @> jsonb_build_array(jsonb_build_object('item', e.item))
    ) AS n ON true
    WHERE f.arms = 1 AND f.first + $4 <= $5
    GROUP BY f.user_id, f.label
)
SELECT label, a.assigned, a.moved, coalesce(s.users, 0) AS users, s.clicks, s.click_variance, s.clickers,
    s.conversions, s.conversion_variance, s.converters
FROM (
    SELECT label, count(*) FILTER (WHERE arms = 1) AS assigned, count(*) FILTER (WHERE arms > 1) AS moved
    FROM firsts GROUP BY label
) AS a LEFT JOIN (
    SELECT label, count(*) AS users, avg(clicks) AS clicks, var_samp(clicks) AS click_variance,
        count(*) FILTER (WHERE clicks > 0) AS clickers, avg(conversions) AS conversions,
        var_samp(conversions) AS conversion_variance, count(*) FILTER (WHERE conversions > 0) AS converters
    FROM settled GROUP BY label
) AS s USING (label)
"""
_COLUMNS: dict[Outcome, tuple[str, str, str]] = {
    "clicks": ("clicks", "click_variance", "clickers"),
    "conversions": ("conversions", "conversion_variance", "converters"),
}


class ArmReading(NamedTuple):
    """The users of one arm."""

    assigned: int = 0
    """Who had a list."""
    moved: int = 0
    """Who had lists of another arm too, since shares were changed; they count for nothing."""
    clicks: ArmOutcome = ArmOutcome(0, 0.0, 0.0, 0)
    conversions: ArmOutcome = ArmOutcome(0, 0.0, 0.0, 0)
    """Of those whose window is over."""


async def read_arms(
    snapshot: Snapshot, experiment: Experiment, treatment: str, *, since: int, until: int
) -> tuple[ArmReading, ArmReading]:
    """Control and one treatment over lists of a time, seconds since 1970; as of one moment."""
    labels = [arm_label(experiment.name, arm) for arm in (experiment.control, treatment)]
    rows = await snapshot.rows(
        _ARMS,
        first_list_id(since),
        first_list_id(until),
        labels,
        experiment.window_s,
        until,
        list(experiment.clicks),
        list(experiment.conversions),
        timeout=REPORT_SECONDS,
    )
    found = {row["label"]: _reading(row) for row in rows}
    control, treated = (found.get(label, ArmReading()) for label in labels)
    return control, treated


def _reading(row: dict[str, float]) -> ArmReading:
    outcomes = {name: _outcome(row, columns) for name, columns in _COLUMNS.items()}
    return ArmReading(int(row["assigned"]), int(row["moved"]), **outcomes)


def _outcome(row: dict[str, float], columns: tuple[str, str, str]) -> ArmOutcome:
    mean, variance, responders = (row[column] or 0 for column in columns)
    return ArmOutcome(int(row["users"]), float(mean), float(variance), int(responders))
