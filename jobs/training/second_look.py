"""Second look: the weight of a language model in lists, and its worth, by the validation events."""

from __future__ import annotations

import time
from collections.abc import Iterator

import ray

from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.stage_inputs import history_shards, run_artefacts
from palate.config import Config, LanguageRerankConfig
from palate.rank.examples import Case, validation_cases
from palate.rank.language.opened import open_likelihoods
from palate.rank.language.store import save_language_weight
from palate.rank.language.weighing import LookedAt, weigh
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.storage import Folder


def weigh_language_model(config: Config, folder: Folder) -> None:
    """Leave the weight and the report in the folder; nothing where no user has a validation event.

    The lists are those of the run's reranker without the language model, whose folder this is.
    """
    task = ray.remote(num_cpus=config.resources.data_cpus)(weigh_in_this_process)
    ray.get(task.remote(config, folder))


def weigh_in_this_process(config: Config, folder: Folder) -> None:
    """The same, without a task of Ray."""
    settings = config.rerank.language_model
    assert settings is not None, "somebody asked for it"
    artefacts, began = run_artefacts(config), time.perf_counter()
    lists = list(_lists(config, settings, artefacts))
    if lists:
        weight, report = weigh(lists)
        seconds = (time.perf_counter() - began) / len(lists)
        save_language_weight(folder, weight, report | {"model": settings.model, "seconds a list": seconds})


def _lists(config: Config, settings: LanguageRerankConfig, artefacts: Artefacts) -> Iterator[LookedAt]:
    """What the model is asked about for each user, in the order of their shards."""
    recommender = Recommender(artefacts)
    likelihoods = open_likelihoods(settings, artefacts.catalogue)
    cases = _cases(config, settings.users)
    with progress_bar(Work("second look", "users"), total=len(cases)) as progress:
        for case in cases:
            not_again = artefacts.repeats.not_again(case.history, case.time)
            query = Query(case.history, settings.items, not_again=not_again)
            (ranking,) = recommender.answer([query]).rankings
            if len(ranking.items):
                found = likelihoods(case.history, ranking.items.tolist())
                yield LookedAt(ranking.items, ranking.scores, found, case.target)
            progress.advance(1)


def _cases(config: Config, users: int) -> list[Case]:
    """An even share of the users of each shard, drawn by a hash."""
    shards = history_shards(config)
    most = -(-users // len(shards))
    return [case for shard in shards for case in validation_cases(shard(), most, config.seed)][:users]
