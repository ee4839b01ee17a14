"""The committed file: every method with every seed, and the table that is read."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.quality.command import markdown, write
from palate.errors import PalateError

METRICS = ("ndcg@10", "recall@10", "mrr@10")
HEADING = "| method | NDCG@10 (each seed) | Recall@10 | MRR@10 | seconds | memory, GiB |"
Measured = dict[str, Any]
"""Metrics and cost of a method with one seed."""


class Results:
    """The file of one data set. What is measured again replaces what was there, all else stays."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._content: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def require_split(self, digest: str) -> None:
        """Refuse to mix figures of different splits."""
        known = self._content.setdefault("split_sha256", digest)
        if known != digest:
            raise PalateError(f"{self._file} has figures of another split; move it away to begin anew")

    def measured(self, seed: int) -> dict[str, Measured]:
        """Every method that has been measured with a seed."""
        found: dict[str, Measured] = self._part("measured", str(seed))
        return found

    def add(self, seed: int, methods: dict[str, Measured], here: dict[str, str], command: str) -> None:
        """Note the figures of some methods, and where they come from."""
        self.measured(seed).update({name: found | here for name, found in methods.items()})
        self._content["commands"] = sorted({*self._content.get("commands", []), command})

    def tell(self, what: str, name: str, found: Any) -> None:
        """Note something else that is worth knowing."""
        self._part(what)[name] = found

    def write(self, peers: set[str]) -> None:
        """The file, and its table beside it."""
        runs = {int(seed): methods for seed, methods in self._part("measured").items()}
        methods = summary(runs, peers)
        content = {"methods": methods} | {
            name: part for name, part in self._content.items() if name != "methods"
        }
        write(self._file, content, table(methods))

    def _part(self, *path: str) -> dict[str, Any]:
        part = self._content
        for name in path:
            part = part.setdefault(name, {})
        return part


def summary(runs: dict[int, dict[str, Measured]], peers: set[str]) -> dict[str, Any]:
    """By method, best first: each metric's mean and its value by seed, the mean seconds, the most memory."""
    names = dict.fromkeys(name for methods in runs.values() for name in methods)
    found = {name: _method(name, runs, name in peers) for name in names}
    return dict(sorted(found.items(), key=lambda one: -one[1]["ndcg@10"]["mean"]))


def _method(name: str, runs: dict[int, dict[str, Measured]], peer: bool) -> dict[str, Any]:
    seeds = {seed: methods[name] for seed, methods in sorted(runs.items()) if name in methods}
    values = {metric: [one[metric] for one in seeds.values()] for metric in METRICS}
    return {
        **{metric: {"mean": round(mean(found), 6), "seeds": found} for metric, found in values.items()},
        "seconds": round(mean(one["seconds"] for one in seeds.values()), 1),
        "peak_memory_bytes": max(one["peak_memory_bytes"] for one in seeds.values()),
        "peer": peer,
    }


def table(methods: dict[str, Any]) -> str:
    """The methods as a Markdown table."""
    rows = []
    for name, found in methods.items():
        ndcg = found["ndcg@10"]
        each = ", ".join(f"{value:.4f}" for value in ndcg["seeds"])
        others = " | ".join(f"{found[metric]['mean']:.4f}" for metric in METRICS[1:])
        shown = name if found["peer"] else f"**{name}**"
        cost = f"{found['seconds']:,.0f} | {found['peak_memory_bytes'] / 2**30:.1f}"
        rows.append(f"| {shown} | {ndcg['mean']:.4f} ({each}) | {others} | {cost} |")
    return markdown(HEADING, rows)
