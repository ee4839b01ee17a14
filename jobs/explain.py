"""Batch generation of explanations, profiles and tags for users of the current release, by language models.

    wanted rows, a file a block --actors with the release--> evidence --actors with a language model--> texts

A file of texts is there whole or not at all, and its name is the number of its block: a lost actor's block is
written again, and an interrupted run goes on with the blocks that are missing.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import ray.data
from ray.data import ActorPoolStrategy

from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.ray_session import SPINNING
from jobs.runtime.stage import Stage, StageCounts, run_command, run_stage, stage_folder
from jobs.texts.evidence_actor import BLOCK, ActorContext, EvidenceGatherer
from jobs.texts.export import keep_texts
from jobs.texts.report import text_report
from jobs.texts.text_requests import Amount, pair_files, write_wanted
from jobs.texts.tuning_data import current_release
from jobs.texts.writer_actor import BEGAN, ENDED, TEXTS, TextAuthor, texts_file
from palate.config import Config
from palate.recommender.artefacts import Artefacts
from palate.storage import Folder

REPORT = "report.json"
DECISIVE = ("language_model", "kinds", "pairs", "users", "items", "block")
"""Settings of the section `explain` that change the texts; the others are those of the release."""


def write(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves `texts/`, in `quarantine/` what cannot be explained, and a report."""
    release = current_release(config)
    amount = write_wanted(config.explain, Artefacts.of(release), folder)
    missing = [number for number in range(amount.blocks) if not folder.exists(texts_file(number))]
    speed = _write_blocks(missing, amount, ActorContext(config, folder, release)) if missing else {}
    report = text_report(folder)
    about = {"release": release.manifest.id, "language_model": config.explain.language_model.model_dump()}
    folder.write_json(REPORT, {**about, **amount._asdict(), **report, "latest_attempt": speed})
    texts = sum(sum(counts.values()) for counts in report["texts"].values())
    return StageCounts(amount.rows, texts, sum(report["quarantined"].values()))


def _write_blocks(missing: list[int], amount: Amount, context: ActorContext) -> dict[str, float]:
    """Write the blocks that are missing; how many texts, and the seconds from the first prompt on."""
    tables = []
    size = context.config.explain.block
    with progress_bar(Work("texts", "texts"), total=amount.rows) as progress:
        progress.note("loading the language model")
        done = amount.blocks - len(missing)
        for block in _pool(missing, context).iter_batches(batch_size=None, batch_format="pyarrow"):
            tables.append(block)
            done += len(block)
            progress.post(size * done, amount.rows)
    blocks = pa.concat_tables(tables)
    seconds = pc.max(blocks[ENDED]).as_py() - pc.min(blocks[BEGAN]).as_py()
    return {"texts": pc.sum(blocks[TEXTS]).as_py(), "seconds": round(seconds, 2)}


def _pool(blocks: list[int], context: ActorContext) -> ray.data.Dataset:
    """Actors that gather the evidence of a block, and actors that write its texts; gives a row a block."""
    settings, resources = context.config.explain, context.config.resources
    actors = {"batch_format": "pyarrow", "num_cpus": resources.data_cpus, "fn_constructor_args": (context,)}
    gpus = {"num_gpus": settings.language_model.tensor_parallel} if resources.gpu else {}
    numbers = ray.data.from_arrow([pa.table({BLOCK: [number]}) for number in blocks])
    evidence = numbers.map_batches(
        EvidenceGatherer, batch_size=1, compute=ActorPoolStrategy(size=1), **actors
    )
    engines = ActorPoolStrategy(size=settings.engines)
    return evidence.map_batches(
        TextAuthor, batch_size=None, compute=engines, runtime_env=SPINNING, **actors, **gpus
    )


def explain(config: Config, store: str | None = None) -> dict[str, Any]:
    """Run the stage, and keep its texts in the store, if one is named; the report."""
    run_stage(STAGE, config)
    folder = stage_folder(config, STAGE.name)
    if store is not None:
        keep_texts(folder, store)
    report: dict[str, Any] = folder.read_json(REPORT)
    return report


def _identity(config: Config) -> str:
    """The release, and what the given pairs are."""
    pairs = config.explain.pairs
    return json.dumps([current_release(config).manifest.id, pair_files(pairs).files if pairs else None])


STAGE = Stage(
    "explain",
    work=write,
    sections=tuple(f"explain.{name}" for name in DECISIVE),
    fingerprint=_identity,
    keeps_progress=True,
)

if __name__ == "__main__":
    run_command(lambda config: explain(config, os.environ.get("PALATE_STORE")))
