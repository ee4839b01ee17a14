"""Training of the sequence model with early stopping: what every stage shares that trains one.

    histories without the hidden items --epochs of batches, DDP--> the epoch that validation liked best

A stage says which items are hidden, what is learned and where the model goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from jobs.runtime.progress import Reporter, Work
from jobs.runtime.stage_inputs import catalogue, evaluated_users, history_shards, text_vectors
from jobs.training.ddp import ATTEMPT, TimedCheckpoints, begin, fit, is_first, report, restore
from jobs.training.epoch_progress import EpochProgress, events_of_epoch, silent
from palate.config import Config
from palate.data.counts import train_counts
from palate.data.histories import Part
from palate.data.repeats import RepeatRules
from palate.schema import TEXT
from palate.sequence import Augmenter, Shards, Transformer, epoch_batches, has_member, save_sequence
from palate.sequence.network.feedback import NO_FEEDBACK_BUCKETS, learn_buckets
from palate.sequence.network.words import word_bags
from palate.sequence.training.trainer import SequenceTrainer
from palate.sequence.training.validation import validation_ndcg
from palate.storage import Folder

MEMBER_SEED = 7919
"""What the seeds of two members differ by, so that neighbouring seeds of runs share no member."""

TEACHERS = "teachers"
"""Where, below the stage's folder, the members are that only teach (distillation)."""


AfterStep = Callable[[dict[str, float]], None]
"""Told the metrics of each step."""

HiddenOf = Callable[[Config], NDArray[np.bool_]]
"""Which items do not exist for a training, bool [items]; called in the worker."""


@dataclass(frozen=True)
class MemberTraining:
    """One member of the ensemble, and what it is trained on."""

    config: Config
    device: torch.device
    shards: Shards
    hidden: NDArray[np.bool_]
    """Items that do not exist for the training, bool [items]."""
    member: int = 0
    progress: EpochProgress = field(default_factory=silent)


def train_member(
    title: str,
    loop: Callable[..., None],
    *,
    config: Config,
    folder: Folder,
    member: int = 0,
    stops_early: bool = True,
) -> None:
    """Train one member with `loop` by DDP, unless a killed run had got to its end."""
    if has_member(folder, member):
        return
    fit(
        Work(title, "events", stops_early),
        partial(loop, folder=folder, member=member),
        config=config,
        folder=folder,
        attempt=f"{ATTEMPT}-{member}" if member else ATTEMPT,
    )


def begin_member(
    settings: dict[str, Any],
    member: int,
    hidden_of: HiddenOf | None = None,
    last: Part | None = None,
    epochs: int | None = None,
) -> MemberTraining:
    """In a worker: what it trains; without `hidden_of` no item is hidden.

    With `last`, one of the held-out parts, events up to its end are learned; with `epochs` there are
    exactly so many, and otherwise as many as early stopping allows.
    """
    config, device = begin(settings)
    shards = history_shards(config, last)
    hidden = (hidden_of or no_hidden_items)(config)
    training = MemberTraining(config, device, shards, hidden, member=member)
    if not is_first():
        return training
    progress = EpochProgress(
        Reporter(settings["progress"]),
        epochs=epochs or config.sequence.epochs,
        events=events_of_epoch(shards, hidden),
        limit="" if epochs else "at most ",
    )
    return replace(training, progress=progress)


def no_hidden_items(config: Config) -> NDArray[np.bool_]:
    """That no item is hidden, bool [items]."""
    return np.zeros(len(catalogue(config)), np.bool_)


def known_items(shards: Shards, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The items with training events that are not in `hidden`; both bool [items]."""
    return (train_counts(shards, len(hidden)) > 0) & ~hidden


def trainer_of(
    training: MemberTraining,
    teachers: Sequence[Transformer] = (),
    text: NDArray[np.float32] | None = None,
) -> SequenceTrainer:
    """A trainer that knows the items with training events that are not hidden.

    Every member starts from a seed of its own, and a student from one that no teacher has. `text` are unit
    vectors of the texts, float32 [items, width]; by default those of `embed_catalogue`.
    """
    config, settings = training.config, training.config.sequence
    vectors = text_vectors(config) if text is None else text
    known = known_items(training.shards, training.hidden)
    reads_words = settings.use_text and settings.use_words
    return SequenceTrainer(
        text=torch.from_numpy(vectors),
        warm=torch.from_numpy(known),
        settings=settings,
        seed=config.seed + MEMBER_SEED * (len(teachers) + training.member),
        device=training.device,
        words=word_bags(catalogue(config)[TEXT].to_pylist(), known) if reads_words else None,
        feedback_buckets=learn_buckets(training.shards) if settings.use_signals else NO_FEEDBACK_BUCKETS,
        teachers=teachers,
        # Where none can be learned, one would be read as any event: as something that was taken.
        reads_dislikes=settings.use_dislikes and any(shard().n_train_dislikes for shard in training.shards),
    )


def train_and_save(trainer: SequenceTrainer, training: MemberTraining, folder: Folder) -> None:
    """The loop of one worker: train with checkpoints until early stopping, and save the best epoch."""
    restore(trainer)
    checkpoints = TimedCheckpoints(trainer, training.config)
    for ndcg in train_until_stopped(trainer, training, checkpoints.after_step):
        report(trainer, {"epoch": len(trainer.curve), "validation ndcg@10": ndcg})
    if is_first():
        course = {"curve": trainer.curve, "seconds": trainer.seconds}
        save_sequence(
            folder, trainer.best_model, training.config.sequence, course=course, member=training.member
        )


def no_checkpoint(metrics: dict[str, float]) -> None:
    """Keeps no progress within an epoch."""


def train_until_stopped(
    trainer: SequenceTrainer, training: MemberTraining, after_step: AfterStep = no_checkpoint
) -> Iterator[float]:
    """Early stopping: train until the trainer has had enough; the validation NDCG@10 after each epoch."""
    while not trainer.finished:
        seconds = train_epoch(trainer, training, after_step)
        rules = RepeatRules.of(training.config)
        ndcg = validation_ndcg(
            trainer, training.shards, training.hidden, rules, sample=evaluated_users(training.config)
        )
        trainer.finish_epoch(ndcg, seconds)
        training.progress.note(f"validation NDCG@10 {ndcg:.4f}, best {max(trainer.curve):.4f}")
        yield ndcg


def train_epoch(
    trainer: SequenceTrainer, training: MemberTraining, after_step: AfterStep = no_checkpoint
) -> float:
    """One pass over the histories, or what a checkpoint has left of it; the seconds of this."""
    began = time.monotonic()
    settings, epoch = training.config.sequence, len(trainer.seconds)
    batches = epoch_batches(
        training.shards,
        training.hidden,
        max_events=settings.max_events,
        tokens=settings.tokens_per_batch,
        seed=trainer.seed * 1_000_003 + epoch,
        augmenter=Augmenter(settings.augmentations, settings.augmented_share),
        feedback_buckets=trainer.model.users.feedback_buckets,
        dislikes_as_input=trainer.model.users.dislike is not None,
    )
    training.progress.begin_epoch(epoch)
    done_before = trainer.steps_of_epoch
    for number, batch in enumerate(batches):
        if number >= done_before:
            loss = trainer.step(batch)
            after_step({"epoch": epoch, "loss": loss})
        training.progress.learned(batch)
    training.progress.end_epoch()
    return time.monotonic() - began
