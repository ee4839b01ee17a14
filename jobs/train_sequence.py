"""Training of the sequence model: an ensemble with early stopping, and distillation into one model if wanted.

    histories --DDP--> members            --distillation--> one student, with `sequence.distil`

Every member has early stopping of its own.
"""

from __future__ import annotations

from typing import Any

from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.runtime.stage_inputs import user_count
from jobs.training.sequence import TEACHERS, begin_member, train_and_save, train_member, trainer_of
from jobs.training.warm_start import begin_from_release
from palate.config import Config
from palate.sequence import load_members
from palate.storage import Folder

TITLE = "sequence model"


def train_sequence(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the model in the stage's folder."""
    settings = config.sequence
    members = folder / TEACHERS if settings.distil else folder
    for member in range(settings.members):
        title = f"{TITLE} {member + 1} of {settings.members}" if settings.members > 1 else TITLE
        train_member(title, _train, config=config, folder=members, member=member)
    if settings.distil:
        student = config.model_copy(update={"sequence": settings.model_copy(update={"members": 1})})
        train_member(f"student of {settings.members}", _learn, config=student, folder=folder)
    users = user_count(config)
    return StageCounts(rows_in=users, rows_out=users)


def _train(settings: dict[str, Any], folder: Folder, member: int) -> None:
    """The loop of one worker."""
    training = begin_member(settings, member)
    trainer = trainer_of(training)
    begin_from_release(trainer, training.config, member)
    train_and_save(trainer, training, folder)


def _learn(settings: dict[str, Any], folder: Folder, member: int) -> None:
    """The loop of a student."""
    training = begin_member(settings, member)
    teachers = load_members(folder / TEACHERS)
    train_and_save(trainer_of(training, teachers), training, folder)


STAGE = Stage(
    "train_sequence",
    work=train_sequence,
    inputs=("prepare", "embed_catalogue"),
    sections=("sequence", "evaluation.repeats", "evaluation.max_users", "update.start_from"),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
