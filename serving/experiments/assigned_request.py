"""Assigned request: a request with the settings of the arms that its user is in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from palate.experiments import ArmSettings, Experiment, arm_of
from palate.rank.rules import MAX_SEED, Filters
from serving.api.schemas import RecommendRequest

IsGiven = Callable[[str, str], bool]
"""Whether an arm of an experiment is given now."""


class AssignedRequest(NamedTuple):
    """What is asked for in the end."""

    request: RecommendRequest
    arms: dict[str, str]
    """Arm by experiment."""
    release: str | None = None
    """What is to make the list; None: the current release."""


def assigned(
    request: RecommendRequest, experiments: Sequence[Experiment], is_given: IsGiven
) -> AssignedRequest:
    """The request of a user's arms.

    Somebody anonymous is in no arm: nothing would make one stay in it. A request that itself sets what an
    experiment sets is no part of that experiment, in whatever arm its user is.
    """
    if request.user is None or not experiments:
        return AssignedRequest(request, {})
    named, arms, release = named_settings(request), dict[str, str](), None
    for experiment in experiments:
        arm = arm_of(experiment, request.user)
        if arm is None or experiment.changed & named or not is_given(experiment.name, arm):
            continue
        arms[experiment.name] = arm
        request = with_settings(request, experiment.arms[arm].settings)
        release = experiment.arms[arm].release or release
    return AssignedRequest(request, arms, release)


def named_settings(request: RecommendRequest) -> frozenset[str]:
    """Names of the settings that a request sets itself."""
    return frozenset(request.model_fields_set | request.filters.model_fields_set)


def with_settings(request: RecommendRequest, settings: ArmSettings) -> RecommendRequest:
    """The request with these settings in the place of its defaults."""
    changes = settings.changes
    if settings.explore and "seed" not in request.model_fields_set | changes.keys():
        changes["seed"] = secrets.randbelow(MAX_SEED + 1)  # so that propensities over seeds are true
    filters = {name: changes.pop(name) for name in Filters.model_fields if name in changes}
    return request.model_copy(
        update={**changes, "filters": request.filters.model_copy(update=filters)} if filters else changes
    )
