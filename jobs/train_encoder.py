"""Fine-tuning of the text encoder (two-tower, contrastive) with DDP, so that it knows what behaviour says."""

from __future__ import annotations

import tempfile
from pathlib import Path

from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.runtime.stage_inputs import ENCODER
from jobs.training.ddp import require_equal_shares
from jobs.training.encoder import fine_tune
from jobs.training.encoder_objectives import templates
from jobs.training.sequence import no_hidden_items
from palate.config import Config
from palate.encode import load_encoder, require_encoder
from palate.encode.tokenizer_files import require_publishable
from palate.storage import Folder


def train_encoder(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the encoder in `encoder/`."""
    settings = config.encoder
    if settings.method == "frozen":
        _export_frozen(config, folder)
        return StageCounts()
    fine_tune("encoder", config=config, folder=folder, hidden_of=no_hidden_items)
    learned_from = settings.steps * settings.batch_size
    return StageCounts(rows_in=learned_from, rows_out=learned_from)


def _require_sound(config: Config) -> None:
    require_equal_shares("encoder.batch_size", config.encoder.batch_size, config)
    require_encoder(config.encoder.model)
    require_publishable(config.encoder.model)


def _require_templates(config: Config) -> None:
    templates(config)


def _export_frozen(config: Config, folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as local:
        encoder = load_encoder(config.encoder.model, config.encoder, weights="auto")
        encoder.model.save_pretrained(local, create_model_card=False)
        folder.upload(Path(local), ENCODER)


STAGE = Stage(
    "train_encoder",
    work=train_encoder,
    inputs=("prepare",),
    sections=("encoder",),
    check=_require_sound,
    check_inputs=_require_templates,
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
