"""Reranker training: from validation events, how likely a candidate is acted upon, and what to order by."""

from __future__ import annotations

import ray

from jobs.runtime.progress import Work
from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import SHOWN_PLACES, catalogue, history_shards, run_artefacts
from jobs.runtime.tasks import results_of
from jobs.training.second_look import weigh_language_model
from palate.config import Config
from palate.data.held_out import MAX_SCORE_BYTES
from palate.rank.examples import Case, Examples, concatenated, example, validation_cases
from palate.rank.features import features_for
from palate.rank.position_bias import weighed_cases
from palate.rank.relevance import relevance
from palate.rank.statistics import ItemStatistics, learn_statistics
from palate.rank.store import save_reranker
from palate.rank.training import train_reranker
from palate.recommender.artefacts import FALLBACK, Artefacts
from palate.recommender.encoding import UserEncoder
from palate.recommender.query import Query
from palate.recommender.retrieval import RetrieverShard
from palate.retrieve.candidates import Candidates
from palate.schema import ITEM
from palate.storage import Folder

MOST_USERS = 256
"""Users whose candidates are sought together at most."""


def train(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the reranker; nothing where no user has a validation event."""
    shards = history_shards(config)
    statistics = learn_statistics((shard() for shard in shards), len(catalogue(config)))
    shared, collect = ray.put(statistics), ray.remote(num_cpus=config.resources.data_cpus)(_examples)
    tasks = [collect.remote(config, shared, shard) for shard in range(len(shards))]
    parts = [part for shard in results_of(Work("candidates", "shards"), tasks) for part in shard]
    if not sum(len(part.relevance) for part in parts):
        return StageCounts()
    examples = concatenated(parts)
    names = features_for(run_artefacts(config).sources)
    save_reranker(folder, train_reranker(examples, names, config.rerank), statistics)
    if config.rerank.language_model is not None:
        weigh_language_model(config, folder)
    return StageCounts(rows_in=len(examples.sizes), rows_out=len(examples.sizes))


def _examples(config: Config, statistics: ItemStatistics, shard: int) -> list[Examples]:
    """Candidates of the users of one shard, a batch of users at a time."""
    shards, artefacts = history_shards(config), run_artefacts(config)
    most = -(-config.rerank.max_users // len(shards))
    cases = _weighed(config, validation_cases(shards[shard](), most, config.seed))
    row_bytes = 4 * len(artefacts.catalogue) * len(artefacts.sources)
    batch = max(1, min(MOST_USERS, MAX_SCORE_BYTES // row_bytes))
    find = Finder(config, artefacts, statistics)
    return [find(cases[start : start + batch]) for start in range(0, len(cases), batch)]


def _weighed(config: Config, cases: list[Case]) -> list[Case]:
    """The cases, by the attention to the places that their events came from if that is asked for."""
    bias = config.rerank.position_bias
    if bias is None:
        return cases
    shown = stage_folder(config, "prepare").tables(SHOWN_PLACES)
    return weighed_cases(cases, shown, catalogue(config)[ITEM].to_pylist(), bias)


class Finder:
    """Looks for candidates exactly as serving does."""

    def __init__(self, config: Config, artefacts: Artefacts, statistics: ItemStatistics) -> None:
        self._actions, self._weights = config.rerank.actions, artefacts.weights
        self._encoder, self._retriever = UserEncoder(artefacts), RetrieverShard(artefacts)
        self._statistics, self._repeats = statistics, artefacts.repeats
        self._popularity = artefacts.model(FALLBACK).state()["counts"]

    def __call__(self, cases: list[Case]) -> Examples:
        """The examples of a batch of users."""
        queries = [
            Query(case.history, not_again=self._repeats.not_again(case.history, case.time)) for case in cases
        ]
        vectors = self._encoder.encode([case.history for case in cases])
        pools = self._retriever.retrieve(queries, vectors)
        return concatenated([self._example(case, pool) for case, pool in zip(cases, pools, strict=True)])

    def _example(self, case: Case, candidates: Candidates) -> Examples:
        scores = relevance(candidates, self._weights)
        return example(
            case,
            candidates,
            relevance=scores,
            popularity=self._popularity,
            statistics=self._statistics,
            actions=self._actions,
        )


def _features(config: Config) -> str:
    """What the reranker is told of candidates: a Palate that tells other things has to train it anew."""
    return ", ".join(features_for(()))


STAGE = Stage(
    "train_reranker",
    work=train,
    inputs=(
        "prepare",
        "train_encoder",
        "embed_catalogue",
        "train_sequence",
        "train_baselines",
        "fuse",
        "evaluate",
    ),
    sections=("rerank", "index", "sequence.recency_rate", "release.method"),
    fingerprint=_features,
)

if __name__ == "__main__":
    stage_command(STAGE)
