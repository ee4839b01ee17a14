"""Chooses on the validation events how much EASE with recency adds to the sequence model."""

from __future__ import annotations

import ray

from jobs.inputs import history_shards
from jobs.stage import Counts, Stage, stage_command, stage_folder
from palate.config import Config
from palate.retrieve import saved_methods
from palate.retrieve.hybrid import PARTNER, WEIGHTS, save_hybrid
from palate.retrieve.store import load_model
from palate.sequence import load_sequence
from palate.sequence.validation import Gains, weighted_gains
from palate.storage import Folder


def fuse(config: Config, folder: Folder) -> Counts:
    """The work of the stage: leaves the weight; nothing where the catalogue is too large for EASE."""
    if PARTNER not in saved_methods(stage_folder(config, "train_baselines")):
        return Counts()
    measure = ray.remote(num_cpus=config.resources.data_cpus)(_gains)
    found = ray.get([measure.remote(config, shard) for shard in range(len(history_shards(config)))])
    users = sum(part.users for part in found)
    ndcg = {weight: sum(part.gains[weight] for part in found) / max(1, users) for weight in WEIGHTS}
    best = max(WEIGHTS, key=lambda weight: ndcg[weight])
    save_hybrid(folder, best, {str(weight): round(value, 6) for weight, value in ndcg.items()})
    return Counts(rows_in=users, rows_out=users)


def _gains(config: Config, shard: int) -> Gains:
    """Sums over one shard of the users."""
    sequence = load_sequence(stage_folder(config, "train_sequence"))
    partner = load_model(stage_folder(config, "train_baselines"), PARTNER)
    return weighted_gains(sequence, partner, WEIGHTS, history_shards(config)[shard]())


STAGE = Stage("fuse", work=fuse, inputs=("prepare", "train_sequence", "train_baselines"))

if __name__ == "__main__":
    stage_command(STAGE)
