"""Experiment report as JSON has it, the same from the command line and from the endpoint."""

from __future__ import annotations

from typing import Any

from palate.experiments.comparison import NOUNS, ArmComparison, ExperimentReport
from palate.experiments.confidence import ArmOutcome
from palate.experiments.settings import Outcome


def report_tree(report: ExperimentReport) -> dict[str, Any]:
    """The fields of `GET /v1/reports/experiments/{name}`."""
    return {
        "experiment": report.experiment.name,
        "control": report.experiment.control,
        "window_hours": report.experiment.window_hours,
        "comparisons": list(map(_comparison_tree, report.comparisons)),
    }


def _comparison_tree(found: ArmComparison) -> dict[str, Any]:
    return {
        "arm": found.arm,
        "stopped": None if found.state.stopped_at is None else found.state.reason,
        "since": found.since,
        "until": found.until,
        "split": {
            "control": found.control.assigned,
            "treatment": found.treatment.assigned,
            "moved": found.control.moved + found.treatment.moved,
            "bayes_factor": found.bayes_factor,
            "as_declared": found.split_as_declared,
        },
        **{outcome: _outcome_tree(found, outcome) for outcome in NOUNS},
    }


def _outcome_tree(found: ArmComparison, outcome: Outcome) -> dict[str, Any]:
    difference = getattr(found, outcome)
    return {
        "control": _arm_tree(getattr(found.control, outcome)),
        "treatment": _arm_tree(getattr(found.treatment, outcome)),
        "difference": None if difference is None else difference._asdict(),
        "words": found.words(outcome),
    }


def _arm_tree(arm: ArmOutcome) -> dict[str, Any]:
    return {"users": arm.users, "mean": arm.mean, "responders": arm.responders}
