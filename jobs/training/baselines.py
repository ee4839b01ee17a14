"""Baselines: the methods that every report compares with are fitted, each in a Ray task of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ray

from jobs.runtime.progress import Work
from jobs.runtime.stage import StageCounts, stage_folder
from jobs.runtime.stage_inputs import SUMMARY, catalogue, history_shards
from jobs.runtime.tasks import results_of
from palate.config import Config
from palate.config.data import REPEAT_NEVER
from palate.data.histories import Histories, Part
from palate.planning import Size, require_memory
from palate.retrieve import RETRIEVERS, Popularity, TrainingData, save_model
from palate.retrieve.buy_again import BuyAgain
from palate.storage import Folder


def fit_baselines(config: Config, folder: Folder, last: Part | None = None) -> StageCounts:
    """Fit every retriever that the configuration names, and leave its models in the folder.

    `last` is the held-out part up to whose end methods learn; by default none of it.
    """
    n_items = len(catalogue(config))
    _require_memory(config, n_items)
    data = TrainingData(
        settings=config.baselines,
        n_items=n_items,
        blocks=partial(_blocks, config, last),
        threads=config.resources.threads,
        seed=config.seed,
    )
    # A fit keeps so many cores busy; where two do not fit, Ray runs one after the other.
    cpus = min(config.resources.threads, _most_cpus())
    fit = ray.remote(num_cpus=cpus)(_fit)
    tasks = [fit.remote(name, data, folder) for name in fitted_retrievers(config)]
    written = results_of(Work("baselines", "methods"), tasks)
    return StageCounts(
        rows_in=sum(int(block.train_end.sum()) for block in data.blocks()), rows_out=sum(written)
    )


def _blocks(config: Config, last: Part | None) -> Iterator[Histories]:
    """The users of one shard after the other."""
    return (shard() for shard in history_shards(config, last))


def _fit(name: str, data: TrainingData, folder: Folder) -> int:
    """Leaves the models of one retriever, and returns how many there are."""
    fitted = RETRIEVERS[name].fit(data)
    for model, arrays_of in fitted:
        save_model(folder, model.method, model, arrays_of)
    return len(fitted)


def fitted_retrievers(config: Config) -> list[str]:
    """The retrievers that the configuration names, the slowest first.

    Popularity is always there, and where items come again what tells when they do.
    """
    again = () if config.data.repeat == REPEAT_NEVER else (BuyAgain.method,)
    names = {*config.baselines.methods, Popularity.method, *again}
    return [name for name in reversed(RETRIEVERS) if name in names]


def _require_memory(config: Config, n_items: int) -> None:
    """Refuse a method that no machine here can hold, before anything is fitted."""
    counts = stage_folder(config, "prepare").read_json(SUMMARY)
    size = Size(users=counts["users"], items=n_items, events=counts["events"])
    memory = _most("memory")
    if memory:
        require_memory(fitted_retrievers(config), size, config.baselines.als_factors, memory)


def _most_cpus() -> float:
    """The cores of the largest machine that is there now; at least 1, for more may yet come."""
    return max(1.0, _most("CPU"))


def _most(resource: str) -> float:
    """What the machine that has the most of it has; 0 where none says."""
    return max(0.0, *(node["Resources"].get(resource, 0.0) for node in ray.nodes() if node["Alive"]))
