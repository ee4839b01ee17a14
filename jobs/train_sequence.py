"""Trains the sequence model with DDP, and stops when validation no longer gets better."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import catalogue, history_shards, text_vectors
from jobs.training.ddp import ATTEMPT, begin, fit, is_first, report, restore
from palate.config import Config
from palate.data.counts import train_counts
from palate.schema import TEXT
from palate.sequence import (
    Augmenter,
    Shards,
    Transformer,
    epoch_batches,
    has_member,
    load_members,
    save_sequence,
)
from palate.sequence.network.feedback import NO_FEEDBACK_BUCKETS, learn_buckets
from palate.sequence.network.words import word_bags
from palate.sequence.training.trainer import SequenceTrainer
from palate.sequence.training.validation import validation_ndcg
from palate.storage import Folder

MEMBER_SEED = 7919
"""What the seeds of two members differ by, so that neighbouring seeds of runs share no member."""

TEACHERS = "teachers"
"""Where the members are that only teach."""

TITLE = "sequence model"


def train_sequence(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the model in the stage's folder."""
    settings = config.sequence
    members = folder / TEACHERS if settings.distil else folder
    for member in range(settings.members):
        title = f"sequence model {member + 1} of {settings.members}" if settings.members > 1 else TITLE
        train_member(title, _train, config, members, member)
    if settings.distil:
        student = config.model_copy(update={"sequence": settings.model_copy(update={"members": 1})})
        train_member(f"student of {settings.members}", _learn, student, folder, 0)
    users = stage_folder(config, "prepare").read_json("summary.json")["users"]
    return StageCounts(rows_in=users, rows_out=users)


def train_member(title: str, loop: Callable[..., None], config: Config, folder: Folder, member: int) -> None:
    """Train one model with `loop`, unless a killed run had got to its end."""
    if not has_member(folder, member):
        attempt = f"{ATTEMPT}-{member}" if member else ATTEMPT
        fit(title, partial(loop, folder=folder, member=member), config, folder, attempt)


def _train(settings: dict[str, Any], folder: Folder, member: int) -> None:
    config, device = begin(settings)
    train_without_items(no_hidden_items(config), config, device, settings["board"], folder, member)


def _learn(settings: dict[str, Any], folder: Folder, member: int) -> None:
    """The loop of a student."""
    config, device = begin(settings)
    teachers, nothing = load_members(folder / TEACHERS), no_hidden_items(config)
    trainer = trainer_of(config, history_shards(config), nothing, member, device, teachers)
    _train_to_the_end(trainer, nothing, config, settings["board"], folder, member)


def no_hidden_items(config: Config) -> NDArray[np.bool_]:
    """That no item is hidden, bool [items]."""
    return np.zeros(len(catalogue(config)), np.bool_)


def known_items(shards: Shards, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The items with training events that are not in `hidden`; both bool [items]."""
    return (train_counts(shards, len(hidden)) > 0) & ~hidden


def train_without_items(
    hidden: NDArray[np.bool_],
    config: Config,
    device: torch.device,
    board: Any,
    folder: Folder,
    member: int = 0,
    text: NDArray[np.float32] | None = None,
) -> None:
    """The loop of one worker, to which the items in `hidden` (bool [items]) do not exist.

    `text` are unit vectors of the texts, float32 [items, width]; by default those of `embed_catalogue`.
    """
    trainer = trainer_of(config, history_shards(config), hidden, member, device, text=text)
    _train_to_the_end(trainer, hidden, config, board, folder, member)


def _train_to_the_end(
    trainer: SequenceTrainer,
    hidden: NDArray[np.bool_],
    config: Config,
    board: Any,
    folder: Folder,
    member: int,
) -> None:
    shards = history_shards(config)
    restore(trainer)
    for ndcg in train_until_stopped(trainer, shards, hidden, config):
        if is_first():
            epochs, best = len(trainer.curve), max(trainer.curve)
            board.post.remote(
                epochs, config.sequence.epochs, f"validation NDCG@10 {ndcg:.4f}, best {best:.4f}"
            )
        report(trainer, {"epoch": len(trainer.curve), "validation ndcg@10": ndcg})
    if is_first():
        course = {"curve": trainer.curve, "seconds": trainer.seconds}
        save_sequence(folder, trainer.kept, config.sequence, course, member)


def trainer_of(
    config: Config,
    shards: Shards,
    hidden: NDArray[np.bool_],
    member: int,
    device: torch.device,
    teachers: Sequence[Transformer] = (),
    text: NDArray[np.float32] | None = None,
) -> SequenceTrainer:
    """A trainer that knows the items with training events that are not in `hidden` (bool [items]).

    Every member starts from a seed of its own, and a student from one that no teacher has.
    """
    vectors, settings = text_vectors(config) if text is None else text, config.sequence
    seed = config.seed + MEMBER_SEED * (len(teachers) + member)
    known = known_items(shards, hidden)
    wordy = settings.use_text and settings.use_words
    words = word_bags(catalogue(config)[TEXT].to_pylist(), known) if wordy else None
    feedback_buckets = learn_buckets(shards) if settings.use_signals else NO_FEEDBACK_BUCKETS
    items = torch.from_numpy(vectors), torch.from_numpy(known)
    return SequenceTrainer(*items, settings, seed, device, words, feedback_buckets, teachers)


def train_until_stopped(
    trainer: SequenceTrainer, shards: Shards, hidden: NDArray[np.bool_], config: Config
) -> Iterator[float]:
    """Train until the trainer has had enough; the validation NDCG@10 after each epoch."""
    while not trainer.finished:
        seconds = train_epoch(trainer, shards, hidden, config)
        ndcg = validation_ndcg(trainer, shards, hidden)
        trainer.finish_epoch(ndcg, seconds)
        yield ndcg


def train_epoch(trainer: SequenceTrainer, shards: Shards, hidden: NDArray[np.bool_], config: Config) -> float:
    """One pass over the histories; its seconds."""
    began = time.monotonic()
    sequence, epoch = config.sequence, len(trainer.seconds)
    seed = trainer.seed * 1_000_003 + epoch
    augmenter = Augmenter(sequence.augmentations, sequence.augmented_share)
    size = sequence.max_events, sequence.tokens_per_batch
    feedback_buckets = trainer.model.users.feedback_buckets
    for batch in epoch_batches(shards, hidden, *size, seed, augmenter, feedback_buckets):
        trainer.step(batch)
    return time.monotonic() - began


STAGE = Stage(
    "train_sequence",
    work=train_sequence,
    inputs=("prepare", "embed_catalogue"),
    sections=("sequence",),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
