"""Sticky assignment: a hash of experiment and user says who is in which arm; nothing is remembered.

Each user has a point on a line of length 1 and another for the choice among treatments. Control has the
beginning of the line and the treatments together have its end, so both can grow into the middle, which is in
no arm, without anybody changing an arm. Treatments share their part by the second point: nobody changes from
one to another as long as their shares keep their proportions. No layout lets each of three arms grow by
itself without anybody moving.
"""

from __future__ import annotations

from hashlib import sha256

from palate.experiments.settings import Experiment

POINT_BYTES = 8


def points(experiment: str, user: str) -> tuple[float, float]:
    """Two independent numbers, 0 to below 1, of a user in an experiment."""
    digest = sha256(f"{experiment}\0{user}".encode()).digest()
    return _point(digest[:POINT_BYTES]), _point(digest[POINT_BYTES : 2 * POINT_BYTES])


def arm_of(experiment: Experiment, user: str) -> str | None:
    """The arm that a user is in, the same for ever; None for those in no arm."""
    line, choice = points(experiment.name, user)
    if line < experiment.arms[experiment.control].share:
        return experiment.control
    treated = sum(arm.share for arm in experiment.treatments.values())
    return _treatment(experiment, choice * treated) if 1 - line <= treated else None


def _treatment(experiment: Experiment, point: float) -> str:
    """The treatment at a point of their shares laid end to end."""
    for name, arm in experiment.treatments.items():
        point -= arm.share
        if point < 0:
            return name
    return name  # the last, for what rounding left over


def _point(part: bytes) -> float:
    # The 53 bits that a double holds, so that nothing rounds up to 1.
    return (int.from_bytes(part) >> 11) / 2**53
