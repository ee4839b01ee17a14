"""Study: every policy in the same worlds, with intervals over the worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from palate.simulate.policies import POLICY_NAMES, policies
from palate.simulate.run import Trajectory, run_policy
from palate.simulate.settings import StudySettings, WorldSettings
from palate.simulate.world import draw_world

SATISFACTION: Final = "satisfaction"
MEANS: Final = ("pick_rate", "precision")
"""What of a course is told as its mean; satisfaction is added up, and of the others the end is told."""


class Estimate(NamedTuple):
    """A mean over worlds with its 95 % interval, by Student's t."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class StudyResult:
    """What came of each policy in each world."""

    world: WorldSettings
    study: StudySettings
    courses: Mapping[str, Sequence[Trajectory]]
    """By policy, a course a seed."""

    def totals(self, policy: str, measure: str) -> NDArray[np.float64]:
        """The whole run in one number, [seeds]: satisfaction added up over the rounds, means, or the end."""
        rounds = self.course(policy, measure)
        if measure == SATISFACTION:
            return np.asarray(rounds.sum(axis=1))
        return np.asarray(rounds.mean(axis=1) if measure in MEANS else rounds[:, -1])

    def estimate(self, policy: str, measure: str) -> Estimate:
        """A measure of a policy over the worlds."""
        return estimate(self.totals(policy, measure))

    def gain(self, policy: str, over: str, measure: str = SATISFACTION) -> Estimate:
        """How much more one policy has than another in the same world, as a share: .15 is 15 %."""
        return estimate(self.totals(policy, measure) / self.totals(over, measure) - 1)

    def course(self, policy: str, measure: str) -> NDArray[np.float64]:
        """A measure by round, [seeds, rounds]."""
        return np.array([getattr(course, measure) for course in self.courses[policy]])

    def to_json(self) -> dict[str, Any]:
        """Settings, the estimate of every measure of every policy, and the mean courses."""
        return {
            "world": self.world.model_dump(),
            "study": self.study.model_dump(),
            "policies": {name: self._policy_json(name) for name in self.courses},
        }

    def _policy_json(self, name: str) -> dict[str, Any]:
        courses = {measure: self.course(name, measure).mean(axis=0).tolist() for measure in MEASURES}
        totals = {measure: self.estimate(name, measure)._asdict() for measure in MEASURES}
        return {"totals": totals, "by_round": courses}


MEASURES: Final = tuple(Trajectory.__dataclass_fields__)


def run_study(
    world: WorldSettings,
    study: StudySettings,
    names: Sequence[str] = POLICY_NAMES,
    after_round: Callable[[], None] = lambda: None,
) -> StudyResult:
    """Run the policies of these names in as many worlds as there are seeds."""
    courses: dict[str, list[Trajectory]] = {name: [] for name in names}
    for seed in range(study.seeds):
        drawn = draw_world(world, seed)
        known = policies(drawn, study)
        for name in names:
            courses[name].append(run_policy(drawn, known[name], after_round))
    return StudyResult(world, study, courses)


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Mean and 95 % interval of independent values, at least two."""
    mean = float(values.mean())
    half = float(student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return Estimate(mean, mean - half, mean + half)
