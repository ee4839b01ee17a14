"""Fits the methods that every report compares with, each in a task of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ray
import scipy.sparse as sp

from jobs.inputs import catalogue, history_shards
from jobs.stage import Counts, Stage, stage_command
from palate.config import BaselineName, Config
from palate.data.histories import Histories
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


def train_baselines(config: Config, folder: Folder) -> Counts:
    """The work of the stage: leaves every method's model in the stage's folder."""
    n_items = len(catalogue(config))
    fits = _wanted(config, n_items)
    # A fit keeps so many cores busy; where two do not fit, Ray runs one after the other.
    cpus = min(config.resources.threads, _most_cpus())
    tasks = [ray.remote(num_cpus=cpus)(fit).remote(config, folder, n_items) for fit in fits]
    written = ray.get(tasks)
    events = sum(int(block.train_end.sum()) for block in _blocks(config))
    return Counts(rows_in=events, rows_out=sum(written))


def _popularity(config: Config, folder: Folder, n_items: int) -> int:
    save_model(folder, Popularity.method, fit_popularity(_matrices(config, n_items)))
    half_life = config.baselines.recency_half_life_days
    recent = fit_recent_popularity(_blocks(config), n_items, half_life)
    save_model(folder, RecentPopularity.method, recent)
    return 2


def _item_knn(config: Config, folder: Folder, n_items: int) -> int:
    settings = config.baselines
    model = fit_item_knn(_matrices(config, n_items), settings.knn_neighbours, settings.knn_shrinkage)
    save_model(folder, ItemKnn.method, model)
    return 1


def _user_knn(config: Config, folder: Folder, n_items: int) -> int:
    settings = config.baselines
    model = fit_user_knn(_matrices(config, n_items), settings.knn_neighbours, settings.knn_shrinkage)
    save_model(folder, UserKnn.method, model)
    return 1


def _ease(config: Config, folder: Folder, n_items: int) -> int:
    ease = fit_ease(_matrices(config, n_items), config.baselines.ease_l2)
    recent = EaseRecent(ease.weights, ease.popularity, config.baselines.history_decay)
    save_model(folder, Ease.method, ease)
    save_model(folder, EaseRecent.method, recent, arrays_of=Ease.method)
    return 2


def _implicit_als(config: Config, folder: Folder, n_items: int) -> int:
    settings = config.baselines
    model = fit_implicit_als(
        _matrices(config, n_items),
        factors=settings.als_factors,
        regularisation=settings.als_regularisation,
        alpha=settings.als_alpha,
        iterations=settings.als_iterations,
        threads=config.resources.threads,
        seed=config.seed,
    )
    save_model(folder, ImplicitAls.method, model)
    return 1


Fit = Callable[[Config, Folder, int], int]
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


def _blocks(config: Config) -> Iterator[Histories]:
    return (shard() for shard in history_shards(config))


def _matrices(config: Config, n_items: int) -> Iterator[sp.csr_matrix]:
    return (block.train_matrix(n_items) for block in _blocks(config))


def _most_cpus() -> float:
    """The cores of the largest machine that is there now; at least 1, for more may yet come."""
    return max(1.0, *(node["Resources"].get("CPU", 0.0) for node in ray.nodes() if node["Alive"]))


STAGE = Stage("train_baselines", work=train_baselines, inputs=("prepare",), sections=("baselines",))

if __name__ == "__main__":
    stage_command(STAGE)
