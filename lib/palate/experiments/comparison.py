"""Comparison of an arm with control: figures, intervals, the sample ratio, and clear words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from palate.experiments.confidence import (
    CONFIDENCE_LEVEL,
    LEAST_BAYES_FACTOR,
    LEAST_RESPONDERS,
    LEAST_USERS,
    ArmOutcome,
    Difference,
    difference,
    ratio_bayes_factor,
)
from palate.experiments.outcomes import ArmReading, read_arms
from palate.experiments.settings import Experiment, Outcome
from palate.experiments.store import GIVEN, ArmState, ExperimentStore

NOUNS: dict[Outcome, str] = {"clicks": "click", "conversions": "conversion"}


class ArmComparison(NamedTuple):
    """One arm beside control."""

    arm: str
    state: ArmState
    since: int
    until: int
    """Lists of this time count, seconds since 1970: since the arm was last given, until it was stopped."""
    control: ArmReading
    treatment: ArmReading
    clicks: Difference | None
    conversions: Difference | None
    """Treatment less control, in shares of a user's lists; None while there are too few users."""
    bayes_factor: float
    """Evidence that users are not split as declared."""

    @property
    def split_as_declared(self) -> bool:
        """Whether the numbers of users fit the shares; if not, nothing else here means anything."""
        return self.bayes_factor < LEAST_BAYES_FACTOR

    def words(self, outcome: Outcome) -> str:
        """What is known of an outcome, for a person."""
        if not self.split_as_declared:
            return (
                f"do not read this: {self.control.assigned:,} users of control and "
                f"{self.treatment.assigned:,} of {self.arm} are not the split that was declared; if shares "
                "were changed set `since`, else something loses lists of one arm"
            )
        found: Difference | None = getattr(self, outcome)
        return _words(found, NOUNS[outcome])


class ExperimentReport(NamedTuple):
    """All arms of an experiment beside control."""

    experiment: Experiment
    comparisons: list[ArmComparison]


async def experiment_report(store: ExperimentStore, name: str) -> ExperimentReport:
    """The report on an experiment, as of now.

    Raises:
        NotFound: No gateway has declared it.
        StoreUnavailable: The store does not answer, or not within ten minutes.
    """
    experiment = await store.experiment(name)
    return ExperimentReport(experiment, await compare(store, experiment, list(experiment.treatments)))


async def compare(store: ExperimentStore, experiment: Experiment, arms: Sequence[str]) -> list[ArmComparison]:
    """Some treatments of an experiment beside control; `StoreUnavailable` as above."""
    states, now = await store.states(), int(time.time()) + 1
    compared = []
    for arm in arms:
        state = states.get((experiment.name, arm), GIVEN)
        since, until = max(_begin(experiment), state.counts_from), state.stopped_at or now
        async with store.database.snapshot() as snapshot:
            readings = await read_arms(snapshot, experiment, arm, since=since, until=until)
        compared.append(_comparison(experiment, readings, arm=arm, state=state, since=since, until=until))
    return compared


def _comparison(
    experiment: Experiment,
    readings: tuple[ArmReading, ArmReading],
    *,
    arm: str,
    state: ArmState,
    since: int,
    until: int,
) -> ArmComparison:
    control, treatment = readings
    shares = [experiment.arms[name].share for name in (experiment.control, arm)]
    return ArmComparison(
        arm=arm,
        state=state,
        since=since,
        until=until,
        control=control,
        treatment=treatment,
        clicks=arm_difference(experiment, control.clicks, treatment.clicks),
        conversions=arm_difference(experiment, control.conversions, treatment.conversions),
        bayes_factor=ratio_bayes_factor(control.assigned, treatment.assigned, shares[0] / sum(shares)),
    )


def arm_difference(experiment: Experiment, control: ArmOutcome, treatment: ArmOutcome) -> Difference | None:
    """Treatment less control. With several treatments each interval is wider, so that all hold at once."""
    alpha = (1 - CONFIDENCE_LEVEL) / len(experiment.treatments)
    return difference(control, treatment, alpha=alpha, expected_users=experiment.expected_users)


def moment(seconds: int) -> str:
    """A time for a person, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "minutes")


def _begin(experiment: Experiment) -> int:
    return 0 if experiment.since is None else int(experiment.since.timestamp())


def _words(found: Difference | None, noun: str) -> str:
    if found is None:
        return (
            f"too few users yet: an arm wants {LEAST_USERS} whose window is over, and both together "
            f"{LEAST_RESPONDERS} users with a {noun}"
        )
    low, high = 100 * found.low, 100 * found.high
    interval = f"{low:+.2f} to {high:+.2f} points of the share of lists with a {noun}"
    if low > 0:
        return f"better than control: {interval}"
    return f"worse than control: {interval}" if high < 0 else f"no difference shown yet: {interval}"
