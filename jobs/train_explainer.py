"""LoRA fine-tuning of the language model of the explanations on true sentences, so that it needs no grammar.

The evidence comes from what the current release recommends to its users. What is left in the stage's folder
is a LoRA adapter for `explain.language_model.adapter`, and a report on sentences written with and without it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jobs.runtime.progress import Reporter, Work
from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.texts.pass_rate import pass_rates
from jobs.texts.tuning_data import Material, current_release, examples_of, material_of, table_of
from jobs.training.ddp import begin, fit, is_first, report, require_equal_shares, restore
from palate.config import Config, LanguageModelConfig
from palate.errors import PalateError
from palate.explain.generate.request import TextRequest
from palate.language.tuning import AnswerTrainer, Chat, TuningExample, batches_by_length
from palate.storage import Folder

ADAPTER = "adapter"
PAIRS, HELD_OUT = "pairs.parquet", "held-out.parquet"
TRAINING, REPORT = "training.json", "report.json"


def train_explainer(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the adapter in `adapter/` and the figures in `report.json`."""
    material = material_of(config)
    folder.write_table(PAIRS, table_of(material.train.pairs))
    folder.write_table(HELD_OUT, table_of(material.held_out.pairs))
    plain = config.explain.language_model.model_copy(update={"adapter": None})
    # The first measurement also shows, before anything was trained, that the engine can be had.
    before = pass_rates(plain, material.requests, config.resources, config.seed)
    if not folder.exists(TRAINING):  # a run that was killed after its training does not train again
        fit(Work("explainer", "steps"), partial(_train, folder=folder), config=config, folder=folder)
    after = _written_with_adapter(plain, folder, material.requests, config)
    folder.write_json(REPORT, _report(config, folder, material, before=before, after=after))
    pairs, dropped, _ = material.train
    return StageCounts(len(pairs) + dropped, len(pairs), dropped)


def _train(settings: dict[str, Any], folder: Folder) -> None:
    """The loop of one worker."""
    config, device = begin(settings)
    tuning, model = config.explainer_tuning, config.explain.language_model.model
    chat = Chat(model)
    examples, held_out = (examples_of(folder, name, chat) for name in (PAIRS, HELD_OUT))
    trainer = AnswerTrainer(model, tuning, config.seed, device)
    restore(trainer)
    reporter = Reporter(settings["progress"] if is_first() else None)
    batches = list(batches_by_length(examples, tuning.batch_size, config.seed))
    for batch in batches[trainer.steps_done :]:
        loss = trainer.step(batch)
        reporter.post(trainer.steps_done, tuning.steps, f"loss {loss:.3f}")
        if trainer.steps_done % tuning.checkpoint_steps == 0 or trainer.steps_done == tuning.steps:
            _checkpoint(trainer, loss, held_out)
    if is_first():
        _upload(trainer, folder)


def _checkpoint(trainer: AnswerTrainer, loss: float, held_out: list[TuningExample]) -> None:
    if is_first():
        trainer.note(loss, trainer.held_out_loss(held_out))
    report(trainer, {"step": trainer.steps_done, "loss": loss})


def _upload(trainer: AnswerTrainer, folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as local:
        trainer.export(Path(local))
        folder.upload(Path(local), ADAPTER)
    folder.write_json(TRAINING, trainer.figures())


def _written_with_adapter(
    plain: LanguageModelConfig, folder: Folder, requests: Sequence[TextRequest], config: Config
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as local:
        adapter = folder.download(Path(local) / ADAPTER, ADAPTER)
        adapted = plain.model_copy(update={"adapter": str(adapter)})
        return pass_rates(adapted, requests, config.resources, config.seed)


def _report(
    config: Config, folder: Folder, material: Material, *, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    return {
        "model": config.explain.language_model.model,
        "release": current_release(config).manifest.id,
        "pairs": len(material.train.pairs),
        "dropped": material.train.dropped,
        "dropped_for": dict(material.train.reasons),
        "training": folder.read_json(TRAINING),
        "before": before,
        "after": after,
    }


def _require_sound(config: Config) -> None:
    if config.explain.language_model.endpoint is not None:
        raise PalateError(
            "jobs.train_explainer trains weights, which an endpoint keeps to itself: "
            "leave out explain.language_model.endpoint, and name the model by folder or hub id"
        )
    require_equal_shares("explainer_tuning.batch_size", config.explainer_tuning.batch_size, config)
    Chat(config.explain.language_model.model)


def _identity(config: Config) -> str:
    return str(current_release(config).manifest.id)


STAGE = Stage(
    "train_explainer",
    work=train_explainer,
    sections=("explain.language_model", "explainer_tuning"),
    fingerprint=_identity,
    check=_require_sound,
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
