"""How fast the sequence models train, and how long Palate takes to where each peer got.

`python -m benchmarks.quality.speed amazon-beauty --seed 0` reads what `python -m benchmarks.quality` measured
with the same seed on the same machine, and writes the file and the table `results/amazon-beauty-speed`.
Validation is not counted. Palate's course is that of its first member.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from benchmarks.quality.command import RESULTS, end_well, markdown, measured_run, write
from benchmarks.where import where
from palate.config import Config
from palate.errors import PalateError

HEADING = (
    "| model | events a second | epochs | stopped by | best validation NDCG@10 | seconds to it "
    "| Palate's seconds to as much | times as fast |"
)


class Course(NamedTuple):
    """Validation NDCG@10 after some of the epochs, and the seconds of training until then."""

    ndcg: list[float]
    seconds: list[float]
    epochs: int
    stopped_by: str

    def seconds_to(self, ndcg: float) -> float | None:
        """Until a validation was at least as good; None if none was."""
        reached = (spent for spent, found in zip(self.seconds, self.ndcg, strict=True) if found >= ndcg)
        return next(reached, None)


def main() -> None:
    """Compare, and write."""
    data, config = measured_run("benchmarks.quality.speed", __doc__)
    results = json.loads((RESULTS / f"{data}.json").read_text())
    courses = _courses(results, config)
    events = sum(part == "train" for part in _parts(config.run))
    rows = compared(courses, events)
    write(RESULTS / f"{data}-speed.json", {"models": rows, "events": events, **where(RESULTS)}, table(rows))


def compared(courses: Mapping[str, Course], events: int) -> dict[str, dict[str, Any]]:
    """Each model's pace and goal; the first of `courses` is the one that the others are compared with."""
    ours, *_ = courses.values()
    return {name: _compared(course, ours, events) for name, course in courses.items()}


def _compared(course: Course, ours: Course, events: int) -> dict[str, Any]:
    best = max(course.ndcg)
    theirs, as_much = course.seconds_to(best), ours.seconds_to(best)
    assert theirs is not None, "the best was reached"
    return {
        "events_a_second": round(events * course.epochs / course.seconds[-1]),
        "epochs": course.epochs,
        "stopped_by": course.stopped_by,
        "ndcg@10": best,
        "seconds": theirs,
        "palate_seconds": as_much,
        "times_as_fast": None if as_much is None else round(theirs / as_much, 2),
    }


def table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """The rows in Markdown."""
    return markdown(HEADING, (_row(name, row) for name, row in rows.items()))


def _row(name: str, row: Mapping[str, Any]) -> str:
    pace, seconds = f"{row['events_a_second']:,}", f"{row['seconds']:.0f}"
    as_much, times = _number(row["palate_seconds"], ".0f"), _number(row["times_as_fast"], ".1f")
    cells = name, pace, row["epochs"], row["stopped_by"], f"{row['ndcg@10']:.4f}", seconds, as_much, times
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _number(value: float | None, form: str) -> str:
    return "never" if value is None else format(value, form)


def _courses(results: Mapping[str, Any], config: Config) -> dict[str, Course]:
    seed = config.seed
    if str(seed) not in results["palate"]:
        raise PalateError(f"Palate has not been measured with seed {seed}; run benchmarks.quality first")
    ours = results["palate"][str(seed)]["course"]
    epochs = len(ours["seconds"])
    ended = "patience" if epochs < config.sequence.epochs else "epochs"
    found = {"palate": Course(ours["ndcg@10"], list(accumulate(ours["seconds"])), epochs, ended)}
    for key, report in results.get("peers", {}).items():
        name, _, of = key.rpartition("-")
        if of == str(seed) and report["validation_curve"]:
            points = report["validation_curve"]
            seen = [point["ndcg@10"] for point in points], [point["seconds"] for point in points]
            found[name] = Course(*seen, int(points[-1]["epoch"]), report["stopped_by"])
    return found


def _parts(run: str) -> list[str]:
    parts: list[str] = pq.read_table(f"{run}/split/split.parquet", columns=["part"])["part"].to_pylist()
    return parts


if __name__ == "__main__":
    end_well(main)
