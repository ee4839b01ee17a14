"""Bandit (Thompson sampling): each list is given to the arm that is best in a draw from what is known of all.

Where an experiment compares arms and lets a person decide, a bandit decides by itself, list by list, and
gives ever more lists to what earns more. It is no comparison: nobody stays in an arm.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from pydantic import Field

from palate.config.section import Section
from palate.experiments.settings import HOUR, ArmSettings, ExperimentName, Kinds
from palate.online.impressions.report import CLICKS, REPORT_SECONDS
from palate.online.impressions.shown_list import arm_label, first_list_id
from palate.online.postgres.database import Database

# An event counts for a list of its own user, or of nobody, that held its item, as in the online report.
_RECORDS = """
SELECT a.label, count(*) AS lists, count(*) FILTER (WHERE EXISTS (
    SELECT FROM palate_events AS e
    WHERE e.list = l.id AND e.kind = ANY ($4) AND l.user_id IN ('', e.user_id)
        AND l.items @> jsonb_build_array(jsonb_build_object('item', e.item))
)) AS rewarded
FROM palate_lists AS l CROSS JOIN LATERAL unnest(string_to_array(l.arm, ' ')) AS a (label)
WHERE l.id >= $1 AND l.id < $2 AND l.arm <> '' AND a.label = ANY ($3)
GROUP BY a.label
"""


class Bandit(Section):
    """Every list is asked with the settings of an arm that is drawn for it, the better ones more often."""

    name: ExperimentName
    """Lower-case letters, digits, `_` and `-`; no experiment has the same."""
    arms: dict[ExperimentName, ArmSettings] = Field(min_length=2)
    """What lists are asked with, by the names of the arms; an arm without settings is a list as it comes."""
    rewards: Kinds = CLICKS
    """Kinds of events that a list is to lead to."""
    window_hours: float = Field(168.0, gt=0)
    """Lists of the last so many hours count, so that the choice follows what changes."""
    settle_s: float = Field(300.0, ge=0)
    """Seconds after which a list counts: a younger one has not had its time to lead to anything."""
    every_s: float = Field(60.0, gt=0)
    """Seconds between looks of each gateway, which read the lists of the window."""

    @property
    def changed(self) -> frozenset[str]:
        """Names of the settings that some arm sets."""
        return frozenset(name for arm in self.arms.values() for name in arm.changes)


class ArmRecord(NamedTuple):
    """What came of an arm's lists."""

    lists: int = 0
    rewarded: int = 0
    """Lists that led to an event that counts."""


Records = Mapping[str, ArmRecord]
"""By arm."""


def thompson_draw(records: Records, random: np.random.Generator) -> str:
    """The arm of one list: the greatest of draws from Beta(1 + rewarded, 1 + lists - rewarded), one an arm.

    So each arm is chosen with the probability that it is the best one, as far as is known. Thompson,
    Biometrika 1933; Chapelle and Li, "An Empirical Evaluation of Thompson Sampling", NeurIPS 2011.
    """
    draws = {
        arm: random.beta(1 + record.rewarded, 1 + record.lists - record.rewarded)
        for arm, record in records.items()
    }
    return max(draws, key=draws.__getitem__)


def no_records(bandit: Bandit) -> dict[str, ArmRecord]:
    """What is known at the beginning."""
    return {arm: ArmRecord() for arm in bandit.arms}


async def read_records(database: Database, bandit: Bandit) -> dict[str, ArmRecord]:
    """What came of the lists of the window; `StoreUnavailable` if the store does not answer."""
    until = int(time.time() - bandit.settle_s)
    since = max(0, until - round(bandit.window_hours * HOUR))
    labels = {arm_label(bandit.name, arm): arm for arm in bandit.arms}
    async with database.snapshot() as snapshot:
        rows = await snapshot.rows(
            _RECORDS,
            first_list_id(since),
            first_list_id(until),
            list(labels),
            list(bandit.rewards),
            timeout=REPORT_SECONDS,
        )
    found = {labels[row["label"]]: ArmRecord(int(row["lists"]), int(row["rewarded"])) for row in rows}
    return no_records(bandit) | found
