"""Fits the methods that every report compares with, each in a task of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import ray
import scipy.sparse as sp

from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.runtime.stage_inputs import catalogue, history_shards
from palate.config import BaselineName, Config
from palate.data.histories import Histories, Part
from palate.retrieve import (
    Ease,
    EaseRecent,
    ImplicitAls,
    ItemKnn,
    Popularity,
    RecentPopularity,
    UserKnn,
    fit_ease,
    fit_implicit_als,
    fit_item_knn,
    fit_popularity,
    fit_recent_popularity,
    fit_user_knn,
    save_model,
)
from palate.storage import Folder


class Task(NamedTuple):
    """What a fit has to know."""

    config: Config
    folder: Folder
    n_items: int
    last: Part | None
    """The held-out part up to whose end methods learn; by default none of it."""

    def blocks(self) -> Iterator[Histories]:
        """The users of one shard after the other."""
        return (shard() for shard in history_shards(self.config, self.last))

    def matrices(self) -> Iterator[sp.csr_matrix]:
        """What the users of each shard took, [users, items]."""
        return (block.train_matrix(self.n_items) for block in self.blocks())


def train_baselines(config: Config, folder: Folder, last: Part | None = None) -> StageCounts:
    """The work of the stage: leaves every method's model in the stage's folder."""
    task = Task(config, folder, len(catalogue(config)), last)
    # A fit keeps so many cores busy; where two do not fit, Ray runs one after the other.
    cpus = min(config.resources.threads, _most_cpus())
    written = ray.get([ray.remote(num_cpus=cpus)(fit).remote(task) for fit in _wanted(config, task.n_items)])
    return StageCounts(
        rows_in=sum(int(block.train_end.sum()) for block in task.blocks()), rows_out=sum(written)
    )


def _popularity(task: Task) -> int:
    save_model(task.folder, Popularity.method, fit_popularity(task.matrices()))
    half_life = task.config.baselines.recency_half_life_days
    recent = fit_recent_popularity(task.blocks(), task.n_items, half_life)
    save_model(task.folder, RecentPopularity.method, recent)
    return 2


def _item_knn(task: Task) -> int:
    settings = task.config.baselines
    model = fit_item_knn(task.matrices(), settings.knn_neighbours, settings.knn_shrinkage)
    save_model(task.folder, ItemKnn.method, model)
    return 1


def _user_knn(task: Task) -> int:
    settings = task.config.baselines
    model = fit_user_knn(task.matrices(), settings.knn_neighbours, settings.knn_shrinkage)
    save_model(task.folder, UserKnn.method, model)
    return 1


def _ease(task: Task) -> int:
    settings = task.config.baselines
    ease = fit_ease(task.matrices(), settings.ease_l2)
    recent = EaseRecent(ease.weights, ease.popularity, settings.history_decay)
    save_model(task.folder, Ease.method, ease)
    save_model(task.folder, EaseRecent.method, recent, arrays_of=Ease.method)
    return 2


def _implicit_als(task: Task) -> int:
    settings = task.config.baselines
    model = fit_implicit_als(
        task.matrices(),
        factors=settings.als_factors,
        regularisation=settings.als_regularisation,
        alpha=settings.als_alpha,
        iterations=settings.als_iterations,
        threads=task.config.resources.threads,
        seed=task.config.seed,
    )
    save_model(task.folder, ImplicitAls.method, model)
    return 1


Fit = Callable[[Task], int]
FITS: dict[BaselineName, Fit] = {
    "ease": _ease,
    "ials": _implicit_als,
    "item-knn": _item_knn,
    "popularity": _popularity,
    "user-knn": _user_knn,
}
"""Each writes its models and returns how many; the longest first."""


def _wanted(config: Config, n_items: int) -> list[Fit]:
    """The fits that the configuration names; popularity always, and EASE where the catalogue allows it."""
    settings = config.baselines
    names = [name for name in FITS if name in {*settings.methods, Popularity.method}]
    return [FITS[name] for name in names if name != Ease.method or n_items <= settings.ease_max_items]


def _most_cpus() -> float:
    """The cores of the largest machine that is there now; at least 1, for more may yet come."""
    return max(1.0, *(node["Resources"].get("CPU", 0.0) for node in ray.nodes() if node["Alive"]))


STAGE = Stage("train_baselines", work=train_baselines, inputs=("prepare",), sections=("baselines",))

if __name__ == "__main__":
    stage_command(STAGE)
