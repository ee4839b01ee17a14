"""Reads many small awkward inputs by the functions of `prepare`, and counts what comes of them.

    python -m benchmarks.robustness

An input is right if the table that it means came back, or a refusal or note in one line that names what to
do; it is silently wrong if another table came back without a word.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.robustness import ids, structures, texts, times
from benchmarks.robustness.outcome import outcome
from benchmarks.where import where

HERE = Path(__file__).parent


def measured() -> dict[str, Any]:
    """The outcome of every input."""
    inputs = [given for part in (ids, times, texts, structures) for given in part.inputs()]
    found = []
    for given in inputs:
        with tempfile.TemporaryDirectory() as folder:
            result, words = outcome(given, Path(folder))
            found.append(
                {
                    "kind": given.kind,
                    "input": given.name,
                    "outcome": result,
                    "said": words.replace(folder, ""),
                }
            )
    outcomes = Counter(row["outcome"] for row in found)
    return {
        "command": "python -m benchmarks.robustness",
        **where(HERE),
        "kinds": len({row["kind"] for row in found}),
        "inputs": len(found),
        "right": outcomes["right"],
        "told": outcomes["told"],
        "silent_wrong": outcomes["silent"],
        "crashes": outcomes["crash"],
        "by_kind": _by_kind(found),
        "not_right": [row for row in found if row["outcome"] != "right"],
    }


def _by_kind(found: list[dict[str, str]]) -> list[dict[str, Any]]:
    inputs = Counter(row["kind"] for row in found)
    right = Counter(row["kind"] for row in found if row["outcome"] == "right")
    return [{"kind": kind, "inputs": count, "right answers": right[kind]} for kind, count in inputs.items()]


def show(results: dict[str, Any]) -> None:
    """The counts, and what is not right."""
    console = Console()
    table = Table("kind", "inputs", "right answers")
    for row in results["by_kind"]:
        table.add_row(row["kind"], str(row["inputs"]), str(row["right answers"]))
    console.print(table)
    for row in results["not_right"]:
        console.print(
            f"{row['outcome']}: {row['kind']}, {row['input']}: {row['said']}", markup=False, soft_wrap=True
        )
    print(f"{results['right']} of {results['inputs']} right, {results['silent_wrong']} silently wrong")


def main() -> None:
    """Measure, show, and write the results beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    results = measured()
    show(results)
    options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
