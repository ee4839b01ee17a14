"""Guard: stops an arm that does harm, once the interval says so whenever one looks."""

from __future__ import annotations

import logging

from palate.experiments.comparison import NOUNS, ArmComparison, compare
from palate.experiments.confidence import Difference
from palate.experiments.settings import Experiment, Guard
from palate.experiments.store import GIVEN, ExperimentStore

log = logging.getLogger(__name__)


async def stop_harmful_arms(store: ExperimentStore, experiment: Experiment) -> None:
    """Look at the arms that are given, and stop those that do harm, in all replicas.

    It looks only if no other gateway has done so in the last `guard.every_s` seconds. Raises
    `StoreUnavailable`.
    """
    guard = experiment.guard
    if guard is None or not await store.claim_look(experiment, guard.every_s):
        return
    states = await store.states()
    given = [
        arm for arm in experiment.treatments if states.get((experiment.name, arm), GIVEN).stopped_at is None
    ]
    for comparison in await compare(store, experiment, given):
        reason = harm(comparison, guard)
        if reason and await store.stop(experiment.name, comparison.arm, reason, comparison.state):
            log.error("Arm %s of experiment %s is stopped: %s", comparison.arm, experiment.name, reason)


def harm(comparison: ArmComparison, guard: Guard) -> str | None:
    """Why an arm must be stopped, for a person; None if nothing says so."""
    found: Difference | None = getattr(comparison, guard.outcome)
    if found is None or not comparison.split_as_declared:
        return None
    tolerated = guard.margin * getattr(comparison.control, guard.outcome).mean
    if found.high >= -tolerated:
        return None
    limit = f"less than {guard.margin:.0%} of control's rate" if guard.margin else "nothing"
    return (
        f"the share of its users' lists with a {NOUNS[guard.outcome]} is {-100 * found.high:.2f} to "
        f"{-100 * found.low:.2f} points below control's, where it may lose {limit}"
    )
