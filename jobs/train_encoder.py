"""Fine-tuning of the text encoder (two-tower, contrastive) with DDP, so that it knows what behaviour says."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from jobs.runtime.progress import Reporter, Work
from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.runtime.stage_inputs import ENCODER
from jobs.training.ddp import begin, fit, is_first, report, require_equal_shares, restore
from jobs.training.encoder_objectives import plan, templates, train_teacher
from palate.config import Config
from palate.encode import load_encoder, require_encoder
from palate.encode.trainer import EncoderTrainer
from palate.storage import Folder


def train_encoder(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the encoder in `encoder/`."""
    settings = config.encoder
    if settings.method == "frozen":
        _export_frozen(config, folder)
        return StageCounts()
    if settings.objective == "item-space":
        train_teacher(config, folder)
    fit(Work("encoder", "steps"), partial(_train, folder=folder), config=config, folder=folder)
    learned_from = settings.steps * settings.batch_size
    return StageCounts(rows_in=learned_from, rows_out=learned_from)


def _require_sound(config: Config) -> None:
    require_equal_shares("encoder.batch_size", config.encoder.batch_size, config)
    require_encoder(config.encoder.model)
    templates(config)


def _train(settings: dict[str, Any], folder: Folder) -> None:
    """The loop of one worker."""
    config, device = begin(settings)
    trainer, batches = plan(config, folder, device)
    restore(trainer)
    reporter = Reporter(settings["progress"] if is_first() else None)
    for batch in batches(trainer.steps_done):
        loss = trainer.step(batch)
        reporter.post(trainer.steps_done, config.encoder.steps, f"loss {loss:.3f}")
        if trainer.steps_done % config.encoder.checkpoint_steps == 0:
            report(trainer, {"step": trainer.steps_done, "loss": loss})
    if is_first():
        _upload(trainer, folder)


def _upload(trainer: EncoderTrainer[Any], folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as local:
        trainer.export(Path(local))
        folder.upload(Path(local), ENCODER)


def _export_frozen(config: Config, folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as local:
        load_encoder(config.encoder.model).model.save_pretrained(local, create_model_card=False)
        folder.upload(Path(local), ENCODER)


STAGE = Stage(
    "train_encoder",
    work=train_encoder,
    inputs=("prepare",),
    sections=("encoder", "evaluation.cold_share"),
    check=_require_sound,
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
