"""Trains what is released once more, on every event: the held-out ones too, for as long as was best without.

    train_sequence: epochs that were best on the validation events
    all events --DDP--> sequence/        all events --> methods/

Without it a release has learned nothing of what everybody did last. What the evaluation says is of the models
that have not seen what they are asked.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import history_shards
from jobs.train_baselines import train_baselines
from jobs.train_sequence import TEACHERS, no_hidden_items, train_epoch, train_member, trainer_of
from jobs.training.ddp import begin, is_first, report, restore
from palate.config import Config
from palate.data.histories import Part
from palate.retrieve.item_vectors import member_files
from palate.sequence import load_members, save_sequence
from palate.storage import Folder

SEQUENCE_MODEL, METHODS = "sequence", "methods"
"""Folders of the models, below the stage's own."""


def refit(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the models; nothing without `release.refit`."""
    return refit_models(config, folder, "test") if config.release.refit else StageCounts()


def refit_models(config: Config, folder: Folder, last: Part) -> StageCounts:
    """Train the sequence model and the baselines on all events up to the end of the part `last`."""
    counts = train_baselines(config, folder / METHODS, last)
    epochs = _best_epochs(stage_folder(config, "train_sequence"))
    sequence = config.sequence.model_copy(update={"members": len(epochs)})
    again = config.model_copy(update={"sequence": sequence})
    for member, wanted in enumerate(epochs):
        title = f"sequence model {member + 1} of {len(epochs)} on all events"
        loop = partial(_train, epochs=wanted, last=last)
        train_member(title, loop, again, folder / SEQUENCE_MODEL, member)
    return counts


def _best_epochs(folder: Folder) -> list[int]:
    """After how many epochs each member, or student, was best."""
    told = [folder.read_json(name) for name in member_files(folder) if name.endswith(".json")]
    return [1 + int(np.argmax(member["curve"])) for member in told]


def _train(settings: dict[str, Any], folder: Folder, member: int, epochs: int, last: Part) -> None:
    """The loop of one worker; there is nothing left to validate with."""
    config, device = begin(settings)
    shards, nothing = history_shards(config, last), no_hidden_items(config)
    taught = stage_folder(config, "train_sequence") / TEACHERS
    teachers = load_members(taught) if config.sequence.distil else []
    trainer = trainer_of(config, shards, nothing, member, device, teachers)
    restore(trainer)
    while len(trainer.seconds) < epochs:
        trainer.seconds.append(train_epoch(trainer, shards, nothing, config))
        if is_first():
            settings["board"].post.remote(len(trainer.seconds), epochs, "")
        report(trainer, {"epoch": len(trainer.seconds)})
    if is_first():
        save_sequence(folder, trainer.averaged, config.sequence, {"seconds": trainer.seconds}, member)


STAGE = Stage(
    "refit",
    work=refit,
    inputs=("prepare", "embed_catalogue", "train_sequence", "train_baselines"),
    sections=("sequence", "baselines", "release.refit"),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
