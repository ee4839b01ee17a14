"""Tables of a study: what the terminal and the page show alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from palate.simulate.policies import LIVE, STATIC
from palate.simulate.sensitivity import Variation
from palate.simulate.settings import StudySettings, WorldSettings
from palate.simulate.study import MEASURES, Estimate, StudyResult

HEADINGS = {
    "satisfaction": "satisfaction",
    "retention": "still there",
    "pick_rate": "pick rate",
    "precision": "precision",
    "coverage": "coverage",
    "gini": "Gini",
    "variety": "variety, bits",
}


BRIEF = ("satisfaction", "coverage")


class Table(NamedTuple):
    """Cells as text, with a title and a line that says what they are."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def policy_table(result: StudyResult, brief: bool = False) -> Table:
    """Every measure of every policy, and the gain in satisfaction over the one that is never retrained.

    A `brief` one has two measures and their means alone, so that a terminal has room for it.
    """
    measures = BRIEF if brief else MEASURES
    columns = ["policy", "gain", *(HEADINGS[measure] for measure in measures)]
    note = (
        "Means over the worlds, with 95 % intervals. Satisfaction is the sum over all rounds a person of the "
        f"beginning; its gain is over the policy '{STATIC}' in the same world."
    )
    rows = [
        [
            name,
            _gain(result, name),
            *(_cell(result.estimate(name, measure), not brief) for measure in measures),
        ]
        for name in result.courses
    ]
    return Table("Policies", note, columns, rows)


def sensitivity_table(variations: Sequence[Variation]) -> Table:
    """The gain by live histories for each changed parameter."""
    rows = [[row.parameter, f"{row.value:g}", percent(row.gain)] for row in variations]
    note = f"Gain of '{LIVE}' over '{STATIC}' with one parameter halved or doubled."
    return Table("Sensitivity", note, ["parameter", "value", "gain"], rows)


def settings_table(result: StudyResult) -> Table:
    """Every setting with its value and its reason."""
    sections: tuple[WorldSettings | StudySettings, ...] = (result.world, result.study)
    rows = [
        [name, f"{getattr(section, name):g}", " ".join((field.description or "").split())]
        for section in sections
        for name, field in type(section).model_fields.items()
    ]
    return Table("Settings", "What was set before any policy was run.", ["setting", "value", "reason"], rows)


def gain_sentence(result: StudyResult) -> str:
    """What live histories brought, or nothing where one of the two policies was not run."""
    if not {LIVE, STATIC} <= result.courses.keys():
        return ""
    return f"Live histories bring {percent(result.gain(LIVE, STATIC))} of satisfaction over a frozen model."


def percent(value: Estimate) -> str:
    """A share as `+12.3 % (+10.1 to +14.5)`."""
    return f"{100 * value.mean:+.1f} % ({100 * value.low:+.1f} to {100 * value.high:+.1f})"


def _gain(result: StudyResult, name: str) -> str:
    return percent(result.gain(name, STATIC)) if STATIC in result.courses and name != STATIC else ""


def _cell(value: Estimate, intervals: bool) -> str:
    digits = 2 if value.mean >= 1 else 3
    half = f" ± {value.high - value.mean:.{digits}f}" if intervals else ""
    return f"{value.mean:.{digits}f}{half}"
