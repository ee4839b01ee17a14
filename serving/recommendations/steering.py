"""Requests in words: read by the active release, and told back as they were understood."""

from __future__ import annotations

from palate.steering import Constraint, Steering
from serving.api.schemas.steering import UnderstoodConstraint, UnderstoodRequest
from serving.releases.release_view import ReleaseView


def to_understood(steering: Steering | None, view: ReleaseView) -> UnderstoodRequest | None:
    """How the words were read, with the names that clients use; None where there were no words."""
    if steering is None:
        return None
    return UnderstoodRequest(
        language=steering.language,
        constraints=[_constraint(constraint, view) for constraint in steering.constraints],
        rest=steering.rest,
    )


def _constraint(constraint: Constraint, view: ReleaseView) -> UnderstoodConstraint:
    return UnderstoodConstraint(
        text=constraint.text,
        negative=constraint.negative,
        kind=constraint.kind,
        names=list(constraint.names),
        together=constraint.together,
        unless=list(constraint.unless),
        column=constraint.column or None,
        range=constraint.range,
        items=[view.catalogue.items[item] for item in constraint.items],
    )
