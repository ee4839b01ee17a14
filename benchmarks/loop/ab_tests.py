"""False alarms and power of experiments, by simulated A/A and A/B tests that are looked at after every batch.

People differ in how much they click (Beta) and in how many lists they ask for (geometric), so lists of one
person are dependent. Each test is an experiment of the product: its hash assigns 20,000 people, half of them
to each arm, and its interval is looked at after every 500. Rivals look at the same times: a z-test for a
fixed number of people, and one that takes every list for a person of its own.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.experiments import Experiment, arm_of
from palate.experiments.comparison import arm_difference
from palate.experiments.confidence import LEAST_BAYES_FACTOR, ArmOutcome, ratio_bayes_factor
from palate.online.impressions.intervals import wilson_rate

HOW = (
    "share of 1,000 simulated A/A tests in which the 95 % interval excluded zero at any of 40 looks, one "
    "after every 500 of 20,000 people"
)
TESTS, PEOPLE, BATCH = 1000, 20_000, 500
CLICK_SHARE, CONCENTRATION, MEAN_LISTS = 0.15, 4.0, 4.0
"""Mean and narrowness of the people's shares of lists that they click in, and how many lists they ask for."""
LIFT = 1.1
"""Of a real effect: each person's share times this."""
RIVALS = ("z-test of people", "z-test of lists")
Z95, ALPHA = 1.959963984540054, 0.05

Floats = NDArray[np.float64]
Alarms = dict[str, bool]


class ArmSums(NamedTuple):
    """Running sums over the people of one arm, each [looks]."""

    people: Floats
    shares: Floats
    """Of the people's shares of lists with a click."""
    squares: Floats
    responders: Floats
    lists: Floats
    clicked: Floats
    """Lists with a click."""

    def people_at(self, look: int) -> ArmOutcome:
        """The arm with people as its units."""
        users, total, squares, responders = (float(column[look]) for column in self[:4])
        mean = total / users
        return ArmOutcome(int(users), mean, (squares - users * mean**2) / (users - 1), int(responders))

    def lists_at(self, look: int) -> ArmOutcome:
        """The arm with lists as its units."""
        lists, clicked = int(self.lists[look]), int(self.clicked[look])
        mean = clicked / lists
        return ArmOutcome(lists, mean, mean * (1 - mean), clicked)


def experiment_of(number: int) -> Experiment:
    """One test as the endpoint would be told of it; nobody but its name decides who is in which arm."""
    arms = {"control": {"share": 0.5}, "treatment": {"share": 0.5}}
    return Experiment.model_validate({"name": f"test-{number}", "arms": arms})


def alarms_of_test(number: int) -> tuple[Alarms, Alarms]:
    """Who sees a difference where there is none, and where there is one, for the same people."""
    experiment, rng = experiment_of(number), np.random.default_rng([number, 11])
    treated = np.array([arm_of(experiment, f"u{user}") == "treatment" for user in range(PEOPLE)])
    shares = rng.beta(CLICK_SHARE * CONCENTRATION, (1 - CLICK_SHARE) * CONCENTRATION, PEOPLE)
    lists = rng.geometric(1 / MEAN_LISTS, PEOPLE)
    same, lifted = (
        rng.binomial(lists, np.minimum(shares * np.where(treated, lift, 1.0), 1.0)) for lift in (1.0, LIFT)
    )
    return _alarms(experiment, treated, lists, same), _alarms(experiment, treated, lists, lifted)


def _alarms(experiment: Experiment, treated: Any, lists: Any, clicked: Any) -> Alarms:
    """Which judges saw a difference at any look; two rivals also as they are meant, at the end alone."""
    arms = [_sums(treated == arm, lists, clicked) for arm in (False, True)]
    looks = [_look(experiment, *arms, look) for look in range(PEOPLE // BATCH)]
    seen = {judge: any(look[judge] for look in looks) for judge in looks[0]}
    return seen | {f"{judge}, looked at once": looks[-1][judge] for judge in RIVALS}


def _sums(mine: Any, lists: Any, clicked: Any) -> ArmSums:
    shares = clicked / lists
    columns = (np.ones(PEOPLE), shares, shares**2, shares > 0, lists, clicked)
    return ArmSums(*(np.cumsum(column * mine)[BATCH - 1 :: BATCH].astype(float) for column in columns))


def _look(experiment: Experiment, control: ArmSums, treatment: ArmSums, look: int) -> Alarms:
    arms = control.people_at(look), treatment.people_at(look)
    found = arm_difference(experiment, *arms)
    factor = ratio_bayes_factor(arms[0].users, arms[1].users, 0.5)
    return {
        "confidence sequence": found is not None and (found.low > 0 or found.high < 0),
        "z-test of people": _z_test(*arms),
        "z-test of lists": _z_test(control.lists_at(look), treatment.lists_at(look)),
        "sample ratio": factor >= LEAST_BAYES_FACTOR,
    }


def _z_test(control: ArmOutcome, treatment: ArmOutcome) -> bool:
    deviation = math.sqrt(control.variance / control.users + treatment.variance / treatment.users)
    return abs(treatment.mean - control.mean) > Z95 * deviation


def _share(alarmed: list[bool]) -> dict[str, float]:
    rate = wilson_rate(sum(alarmed), len(alarmed))
    assert rate is not None
    return {"share": rate.share, "low": rate.low, "high": rate.high}


def measured() -> dict[str, Any]:
    """False alarms of the product, beside its rivals, and what each finds of a real effect of +10 %."""
    tests = [alarms_of_test(number) for number in range(TESTS)]
    false_alarms, found = (
        {judge: _share([test[kind][judge] for test in tests]) for judge in tests[0][kind]} for kind in (0, 1)
    )
    return {
        "value": false_alarms["confidence sequence"]["share"],
        "how": HOW,
        "wanted": f"{ALPHA} or less",
        "trivial_rival": "z-test of people, looked at at the same times",
        "false alarms": false_alarms,
        "real effects of +10 % found": found,
    }
