"""Refit on all events: trains what is released once more, for as long as was best without the held-out ones.

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
from jobs.runtime.stage_inputs import REFITTED_METHODS, REFITTED_SEQUENCE
from jobs.training.baselines import fit_baselines
from jobs.training.ddp import is_first, report, restore
from jobs.training.sequence import TEACHERS, begin_member, train_epoch, train_member, trainer_of
from palate.config import Config
from palate.data.histories import Part
from palate.retrieve.item_vectors import member_files
from palate.sequence import load_members, save_sequence
from palate.storage import Folder


def refit(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the models; nothing without `release.refit`."""
    return refit_models(config, folder, "test") if config.release.refit else StageCounts()


def refit_models(config: Config, folder: Folder, last: Part) -> StageCounts:
    """Train the sequence model and the baselines on all events up to the end of the part `last`."""
    counts = fit_baselines(config, folder / REFITTED_METHODS, last)
    epochs = _best_epochs(stage_folder(config, "train_sequence"))
    sequence = config.sequence.model_copy(update={"members": len(epochs)})
    again = config.model_copy(update={"sequence": sequence})
    for member, best in enumerate(epochs):
        train_member(
            f"refit of model {member + 1} of {len(epochs)}",
            partial(_train, epochs=best, last=last),
            config=again,
            folder=folder / REFITTED_SEQUENCE,
            member=member,
            stops_early=False,
        )
    return counts


def _best_epochs(folder: Folder) -> list[int]:
    """After how many epochs each member, or student, was best."""
    reports = [folder.read_json(name) for name in member_files(folder) if name.endswith(".json")]
    return [1 + int(np.argmax(report["curve"])) for report in reports]


def _train(settings: dict[str, Any], folder: Folder, member: int, epochs: int, last: Part) -> None:
    """The loop of one worker; there is nothing left to validate with."""
    training = begin_member(settings, member, last=last, epochs=epochs)
    config = training.config
    teachers_folder = stage_folder(config, "train_sequence") / TEACHERS
    trainer = trainer_of(training, load_members(teachers_folder) if config.sequence.distil else [])
    restore(trainer)
    while len(trainer.seconds) < epochs:
        trainer.seconds.append(train_epoch(trainer, training))
        report(trainer, {"epoch": len(trainer.seconds)})
    if is_first():
        course = {"seconds": trainer.seconds}
        save_sequence(folder, trainer.averaged, config.sequence, course=course, member=member)


STAGE = Stage(
    "refit",
    work=refit,
    inputs=("prepare", "embed_catalogue", "train_sequence", "train_baselines"),
    sections=("sequence", "baselines", "release.refit"),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
