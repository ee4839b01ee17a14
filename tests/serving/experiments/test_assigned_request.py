"""Requests of users in arms: which settings they get, and who is in no arm."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from palate.experiments import Experiment, arm_of
from serving.api.schemas import RecommendRequest
from serving.experiments.assigned_request import AssignedRequest, assigned
from serving.settings import ServingSettings

SETTINGS = {"diversity": 0.4, "explore": 0.2, "deny": "horror"}


def declared(name: str = "wide", **settings: Any) -> Experiment:
    arms = {"control": {"share": 0.5}, "treatment": {"share": 0.5, "settings": settings or SETTINGS}}
    return Experiment.model_validate({"name": name, "arms": arms})


def somebody(arm: str, experiment: Experiment) -> str:
    return next(user for user in map(str, range(100)) if arm_of(experiment, user) == arm)


def request_of(request: RecommendRequest, *experiments: Experiment, stopped: str = "") -> AssignedRequest:
    return assigned(request, experiments or (declared(),), lambda _, arm: arm != stopped)


def test_a_treated_user_gets_the_arms_settings_and_keeps_the_rest_of_the_request() -> None:
    user = somebody("treatment", declared())
    asked = RecommendRequest.model_validate({"user": user, "k": 7, "filters": {"not_before": 1990}})
    found = request_of(asked)
    assert found.arms == {"wide": "treatment"}
    assert (found.request.diversity, found.request.explore, found.request.k) == (0.4, 0.2, 7)
    assert (found.request.filters.deny, found.request.filters.not_before) == ("horror", 1990)
    assert asked.filters.deny is None


def test_a_user_of_control_gets_a_list_as_asked_for() -> None:
    asked = RecommendRequest(user=somebody("control", declared()))
    assert request_of(asked) == AssignedRequest(asked, {"wide": "control"})


def test_exploration_draws_anew_for_every_list_unless_somebody_names_the_seed() -> None:
    user = somebody("treatment", declared())
    seeds = {request_of(RecommendRequest(user=user)).request.seed for _ in range(5)}
    assert len(seeds) > 1
    assert request_of(RecommendRequest(user=user, seed=8)).request.seed == 8
    named = declared(explore=0.2, seed=9)
    assert request_of(RecommendRequest(user=somebody("treatment", named)), named).request.seed == 9


@pytest.mark.parametrize("named", [{"diversity": 0.0}, {"filters": {"deny": "comedy"}}])
@pytest.mark.parametrize("arm", ["control", "treatment"])
def test_a_request_that_sets_what_the_experiment_sets_is_no_part_of_it(
    arm: str, named: dict[str, Any]
) -> None:
    asked = RecommendRequest.model_validate({"user": somebody(arm, declared()), **named})
    assert request_of(asked) == AssignedRequest(asked, {})


def test_somebody_anonymous_is_in_no_arm() -> None:
    asked = RecommendRequest(history=["a"])
    assert request_of(asked) == AssignedRequest(asked, {})


def test_users_of_a_stopped_arm_are_in_none() -> None:
    asked = RecommendRequest(user=somebody("treatment", declared()))
    assert request_of(asked, stopped="treatment") == AssignedRequest(asked, {})


def test_a_user_may_be_in_several_experiments() -> None:
    first, second = declared("wide", diversity=0.4), declared("new", freshness=2)
    asked = RecommendRequest(user=somebody("treatment", second))
    found = request_of(asked, first, second)
    assert found.arms == {"wide": arm_of(first, asked.user or ""), "new": "treatment"}
    assert found.request.filters.freshness == 2


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"experiments": [declared(), declared(diversity=0.1)]}, "names of their own"),
        ({"experiments": [declared(), declared("new", explore=0.1)]}, "both set explore"),
        ({"experiments": [declared()], "impressions": {"retention_days": 0}}, "retention_days"),
    ],
)
def test_experiments_that_cannot_be_read_apart_are_refused(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        ServingSettings.model_validate(settings)


def test_an_arm_of_another_release_names_it() -> None:
    arms = {"control": {"share": 0.5}, "treatment": {"share": 0.5, "release": "r2"}}
    experiment = Experiment.model_validate({"name": "wide", "arms": arms})
    users = [somebody(arm, experiment) for arm in ("control", "treatment")]
    assert [request_of(RecommendRequest(user=user), experiment).release for user in users] == [None, "r2"]
    assert experiment.changed == {"release"}
