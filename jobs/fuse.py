"""Fusion: which methods are added to the sequence model, and their weights, by the validation events."""

from __future__ import annotations

import ray

from jobs.runtime.progress import Work
from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import catalogue, history_shards, text_users
from jobs.runtime.tasks import results_of
from palate.config import Config
from palate.config.baselines import USERS_AS_TEXT
from palate.data.counts import train_counts
from palate.data.repeats import RepeatRules
from palate.retrieve import Scorer, load_models, saved_methods
from palate.retrieve.fusion import Pool, chosen_partners, gathered, joined, worth_by_popularity
from palate.retrieve.fusion.pool import Values
from palate.retrieve.hybrid import SEQUENCE, save_hybrid
from palate.sequence import load_sequence
from palate.storage import Folder


def fuse(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the weights, and what was tried."""
    collect = ray.remote(num_cpus=config.resources.data_cpus)(_pool)
    tasks = [collect.remote(config, shard) for shard in range(len(history_shards(config)))]
    pool = joined(results_of(Work("fusion", "shards"), tasks))
    weights, steps = chosen_partners(pool, [SEQUENCE, *_partners(config)], _worth(config, pool))
    save_hybrid(folder, weights, steps)
    return StageCounts(rows_in=len(pool.sizes), rows_out=len(pool.sizes))


def _worth(config: Config, pool: Pool) -> Values | None:
    """What each user's event counts."""
    power = config.hybrid.popularity_power
    counts = train_counts(history_shards(config) if power else [], len(catalogue(config)))
    return worth_by_popularity(pool, counts, power)


def _pool(config: Config, shard: int) -> Pool:
    """The candidates of an even share of the users, from one shard of them."""
    shards = history_shards(config)
    methods: dict[str, Scorer] = {
        SEQUENCE: load_sequence(stage_folder(config, "train_sequence")),
        **text_users(config),
        **load_models(stage_folder(config, "train_baselines"), _stored(config)),
    }
    methods = {name: methods[name] for name in (SEQUENCE, *_partners(config))}
    most = -(-config.hybrid.max_users // len(shards))
    rules = RepeatRules.of(config)
    return gathered(methods, shards[shard](), len(catalogue(config)), rules=rules, most=most)


def _partners(config: Config) -> list[str]:
    """The methods to try that are there."""
    enabled = [USERS_AS_TEXT] if config.users_as_text.enabled else []
    there = [*saved_methods(stage_folder(config, "train_baselines")), *enabled]
    return [name for name in config.hybrid.partners if name in there]


def _stored(config: Config) -> list[str]:
    """Those of them that were fitted."""
    return [name for name in _partners(config) if name != USERS_AS_TEXT]


STAGE = Stage(
    "fuse",
    work=fuse,
    inputs=("prepare", "train_encoder", "embed_catalogue", "train_sequence", "train_baselines"),
    sections=("hybrid", "users_as_text", "evaluation.repeats"),
)

if __name__ == "__main__":
    stage_command(STAGE)
