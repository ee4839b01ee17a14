"""Fine-tuning of the text encoder (two-tower, contrastive) with DDP, for every stage that trains one."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from jobs.runtime.progress import Reporter, Work
from jobs.runtime.stage_inputs import ENCODER
from jobs.training.ddp import TimedCheckpoints, begin, fit, is_first, restore
from jobs.training.encoder_objectives import plan, train_teacher
from jobs.training.sequence import HiddenOf
from palate.config import Config
from palate.encode.trainer import EncoderTrainer
from palate.storage import Folder

_TRAINED = "trained.json"
"""Written when the encoder is complete."""


def fine_tune(title: str, *, config: Config, folder: Folder, hidden_of: HiddenOf) -> None:
    """Train the configured encoder, to which hidden items do not exist; leaves it in `encoder/`.

    What a killed run left in the folder is continued, and what is there already is left.
    """
    if folder.exists(_TRAINED):
        return
    if config.encoder.objective == "item-space":
        train_teacher(config, folder, hidden_of)
    loop = partial(_train, folder=folder, hidden_of=hidden_of)
    fit(Work(title, "steps"), loop, config=config, folder=folder)
    folder.write_json(_TRAINED, {"steps": config.encoder.steps})


def _train(settings: dict[str, Any], folder: Folder, hidden_of: HiddenOf) -> None:
    """The loop of one worker."""
    config, device = begin(settings)
    trainer, batches = plan(config, folder, device, hidden=hidden_of(config))
    restore(trainer)
    checkpoints = TimedCheckpoints(trainer, config)
    reporter = Reporter(settings["progress"] if is_first() else None)
    for batch in batches(trainer.steps_done):
        loss = trainer.step(batch)
        reporter.post(trainer.steps_done, config.encoder.steps, f"loss {loss:.3f}")
        every = config.encoder.checkpoint_steps
        metrics = {"step": trainer.steps_done, "loss": loss}
        checkpoints.after_step(metrics, at_once=bool(every) and trainer.steps_done % every == 0)
    if is_first():
        _upload(trainer, folder)


def _upload(trainer: EncoderTrainer[Any], folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as local:
        trainer.export(Path(local))
        folder.upload(Path(local), ENCODER)
