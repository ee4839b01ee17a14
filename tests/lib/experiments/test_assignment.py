"""Who is in which arm: uniform, independent between experiments, and nobody moves when an arm grows."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, kstest

from palate.errors import PalateError
from palate.experiments import Experiment, arm_of
from palate.experiments.assignment import points

USERS = [f"user-{number}" for number in range(20_000)]


def split(*shares: float, name: str = "wide") -> Experiment:
    """Control, and treatments b, c and so on, with these shares."""
    arms = ("control", "b", "c", "d")
    return Experiment(name=name, arms={arm: {"share": share} for arm, share in zip(arms, shares)})  # noqa: B905


def arms_of(experiment: Experiment, users: list[str] = USERS) -> list[str | None]:
    return [arm_of(experiment, user) for user in users]


def test_points_of_users_are_uniform() -> None:
    drawn = np.array([points("wide", user) for user in USERS])
    assert all(kstest(column, "uniform").pvalue > 0.001 for column in drawn.T)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 3 / math.sqrt(len(USERS))


def test_each_arm_has_its_share() -> None:
    counts = Counter(arms_of(split(0.5, 0.2, 0.1)))
    shares = {"control": 0.5, "b": 0.2, "c": 0.1, None: 0.2}
    for arm, share in shares.items():
        deviation = math.sqrt(share * (1 - share) * len(USERS))
        assert abs(counts[arm] - share * len(USERS)) < 4 * deviation


def test_arms_of_two_experiments_are_independent() -> None:
    pairs = Counter(zip(arms_of(split(0.5, 0.5, name="a")), arms_of(split(0.5, 0.5, name="b")), strict=True))
    table = [[pairs[first, second] for second in ("control", "b")] for first in ("control", "b")]
    assert chi2_contingency(table).pvalue > 0.001


@given(
    control=st.floats(0.01, 0.5),
    treatment=st.floats(0.01, 0.5),
    growth=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_nobody_who_is_in_an_arm_leaves_it_when_arms_grow(
    control: float, treatment: float, growth: tuple[float, float]
) -> None:
    room = 1 - control - treatment
    larger = split(control + room * growth[0] / 2, treatment + room * growth[1] / 2)
    before, after = (arms_of(each, USERS[:200]) for each in (split(control, treatment), larger))
    assert [new for old, new in zip(before, after, strict=True) if old] == [old for old in before if old]


def test_nobody_changes_treatments_when_all_of_them_grow_alike() -> None:
    before, after = arms_of(split(0.2, 0.1, 0.2)), arms_of(split(0.3, 0.2, 0.4))
    assert all(new == old for old, new in zip(before, after, strict=True) if old)


def test_everybody_is_in_an_arm_where_shares_add_up_to_one() -> None:
    assert None not in arms_of(split(0.7, 0.1, 0.1, 0.1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Wide"},
        {"name": "a:b"},
        {"control": "none"},
        {"arms": {"control": {"share": 0.5}}},
        {"arms": {"control": {"share": 0.5}, "b": {"share": 0.6}}},
        {"arms": {"control": {"share": 0.5}, "b": {"share": 0.1, "settings": {"k": 3}}}},
        {"arms": {"control": {"share": 0.5}, "b": {"share": 0.1, "settings": {"diversity": 2}}}},
        {"since": "2026-11-27T12:00"},
    ],
)
def test_an_experiment_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    declared = {"name": "wide", "arms": {"control": {"share": 0.5}, "b": {"share": 0.5}}}
    with pytest.raises(ValueError, match="validation error"):
        Experiment.model_validate(declared | wrong)


def test_an_expression_that_cannot_be_read_is_refused() -> None:
    arms = {"control": {"share": 0.5}, "b": {"share": 0.5, "settings": {"deny": "horror &"}}}
    with pytest.raises(PalateError):
        Experiment.model_validate({"name": "wide", "arms": arms})


def test_a_declaration_can_be_read_again_with_what_it_sets_and_no_more() -> None:
    settings = {"diversity": 0.3, "boosts": [{"match": "comedy", "factor": 2}]}
    experiment = Experiment.model_validate(
        {"name": "wide", "arms": {"control": {"share": 0.5}, "b": {"share": 0.5, "settings": settings}}}
    )
    again = Experiment.model_validate_json(experiment.declaration())
    assert again == experiment
    assert again.changed == {"diversity", "boosts"}
