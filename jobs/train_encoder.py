"""Fine-tunes the text encoder with DDP, so that items that follow each other in histories lie close."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from jobs.fitting import begin, fit, is_first, report, restore
from jobs.inputs import ENCODER, catalogue, hidden_items, history_shards
from jobs.stage import Counts, Stage, stage_command, stage_folder
from palate.config import Config
from palate.data.catalogue import rendered
from palate.data.counts import log_popularity, train_counts
from palate.data.text import Template, parse_template
from palate.encode import batches, load_encoder, require_encoder, sample_pairs
from palate.encode.trainer import EncoderTrainer
from palate.errors import PalateError
from palate.schema import TEXT
from palate.storage import Folder


def train_encoder(config: Config, folder: Folder) -> Counts:
    """The work of the stage: leaves the encoder in `encoder/`."""
    if config.encoder.batch_size % config.resources.train_workers:
        raise PalateError(
            f"encoder.batch_size ({config.encoder.batch_size}) must be a multiple of "
            f"resources.train_workers ({config.resources.train_workers})"
        )
    require_encoder(config.encoder.model)
    _templates(config)
    if config.encoder.method == "frozen":
        _export_frozen(config, folder)
        return Counts()
    fit("encoder", _train, config, folder)
    pairs = config.encoder.steps * config.encoder.batch_size
    return Counts(rows_in=pairs, rows_out=pairs)


def _train(settings: dict[str, Any]) -> None:
    """The loop of one worker."""
    config, device = begin(settings)
    encoder, shards, readings = config.encoder, history_shards(config), _readings(config)
    popularity = log_popularity(train_counts(shards, len(readings[0])))
    trainer = EncoderTrainer(
        load_encoder(encoder.model, encoder.max_tokens), readings, popularity, encoder, config.seed, device
    )
    restore(trainer)
    pairs = sample_pairs(
        (shard() for shard in shards),
        encoder.steps * encoder.batch_size,
        encoder.window,
        hidden_items(config),
        config.seed,
    )
    for batch in batches(pairs, encoder.batch_size, trainer.steps_done, encoder.steps):
        loss = trainer.step(batch)
        if is_first():
            settings["board"].post.remote(trainer.steps_done, encoder.steps, f"loss {loss:.3f}")
        if trainer.steps_done % encoder.checkpoint_steps == 0:
            report(trainer, {"step": trainer.steps_done, "loss": loss})
    if is_first():
        _upload(trainer, stage_folder(config, STAGE.name))


def _readings(config: Config) -> list[list[str]]:
    """The texts of the catalogue, and then its paraphrases; `PalateError` for one that cannot be read."""
    items = catalogue(config)
    texts = items[TEXT].to_pylist()
    return [texts, *(rendered(items, template, texts) for template in _templates(config))]


def _templates(config: Config) -> list[Template]:
    """The paraphrases, parsed; without any the catalogue is not read."""
    paraphrases = config.encoder.paraphrases
    fields = [name for name in catalogue(config).column_names if name != TEXT] if paraphrases else []
    return [parse_template(paraphrase, fields, "encoder.paraphrases") for paraphrase in paraphrases]


def _upload(trainer: EncoderTrainer, folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as place:
        trainer.export(Path(place))
        folder.upload(Path(place), ENCODER)


def _export_frozen(config: Config, folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as place:
        load_encoder(config.encoder.model).model.save_pretrained(place, create_model_card=False)
        folder.upload(Path(place), ENCODER)


STAGE = Stage(
    "train_encoder",
    work=train_encoder,
    inputs=("prepare",),
    sections=("encoder", "evaluation.cold_share"),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
