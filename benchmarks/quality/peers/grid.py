"""A grid of a few settings, the best of which validation chooses."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from time import perf_counter
from typing import Any

from benchmarks.quality.peers.lists import completed, ndcg
from benchmarks.quality.peers.split import Split
from benchmarks.quality.peers.trained import Limits, Recommend, Trained

Fit = Callable[[dict[str, Any]], Recommend]


def best_of(grid: dict[str, list[Any]], fit: Fit, split: Split, limits: Limits, package: str) -> Trained:
    """The fit with the best NDCG@10 on validation; no new one starts once the grid has had its seconds."""
    began, best, stopped_by = perf_counter(), -1.0, "epochs"
    tried, chosen, grid = [], None, _changed(grid, limits.changes)
    for values in product(*grid.values()):
        if tried and perf_counter() - began > limits.seconds:
            stopped_by = "seconds"
            break
        settings = dict(zip(grid, values, strict=True))
        fit_began = perf_counter()
        recommend = fit(settings)
        seconds = perf_counter() - fit_began
        found = ndcg(completed(recommend(split.validation), split.validation, split.train.popular),
                     split.validation.answers)  # fmt: skip
        tried.append({**settings, "seconds": round(seconds, 2), "ndcg@10": round(found, 5)})
        print(tried[-1], flush=True)
        if found > best:
            best, chosen = found, (recommend, settings, seconds)
    if chosen is None:
        raise ValueError("an empty grid")
    recommend, settings, seconds = chosen
    known = {**settings, "grid": grid, "tried": tried}
    return Trained(recommend, package, known, seconds, stopped_by, grid_seconds=perf_counter() - began)


def _changed(grid: dict[str, list[Any]], changes: dict[str, Any]) -> dict[str, list[Any]]:
    if unknown := changes.keys() - grid.keys():
        raise ValueError(f"no such settings: {sorted(unknown)}; there are {sorted(grid)}")
    return grid | {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
