"""The committed file: every method with every seed, and the table that is read."""

from __future__ import annotations

from statistics import mean
from typing import Any

METRICS = ("ndcg@10", "recall@10", "mrr@10")
HEADING = "| method | NDCG@10 (each seed) | Recall@10 | MRR@10 | seconds | memory, GiB |"
Measured = dict[str, Any]
"""Metrics and cost of a method with one seed."""


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
    lines = [HEADING, "|---" * 6 + "|"]
    for name, found in methods.items():
        ndcg = found["ndcg@10"]
        each = ", ".join(f"{value:.4f}" for value in ndcg["seeds"])
        others = " | ".join(f"{found[metric]['mean']:.4f}" for metric in METRICS[1:])
        shown = name if found["peer"] else f"**{name}**"
        cost = f"{found['seconds']:,.0f} | {found['peak_memory_bytes'] / 2**30:.1f}"
        lines.append(f"| {shown} | {ndcg['mean']:.4f} ({each}) | {others} | {cost} |")
    return "\n".join(lines) + "\n"
