"""Cold start probe: hides some items from a training of its own, and measures how their text finds them.

Nothing of it is released, and nothing that is released knows of it: where the encoder is trained, the probe
trains one of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import ray
from numpy.typing import NDArray

from jobs.runtime.progress import Work
from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import (
    COLD_START,
    VECTORS,
    catalogue,
    hidden_items,
    history_shards,
    text_vectors,
)
from jobs.runtime.tasks import results_of
from jobs.training.embedding import embed_texts
from jobs.training.encoder import fine_tune
from jobs.training.sequence import begin_member, train_and_save, train_member, trainer_of
from palate.config import Config
from palate.data.vectors import texts_to_embed, vector_matrix
from palate.evaluate.cold import cold_cases, cold_hits, cold_summary
from palate.retrieve.base import Scorer
from palate.sequence import MovingAverage, load_sequence
from palate.storage import Folder

_OWN = "encoder"
"""Where, below the stage's folder, the encoder of the probe and its vectors are."""
_EMBEDDED = "embedded.json"
"""Written when these vectors are complete."""
_HISTORIES = {"whole history": None, "one event": 1}


def cold_probe(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the measurements in `cold.json`."""
    hidden = hidden_items(config)
    if not hidden.any():
        folder.write_json(COLD_START, {})
        return StageCounts()
    if config.encoder.method != "frozen":
        _embed_without_hidden(config, folder)
    # One model is enough to measure with, however many the run has.
    single = config.sequence.model_copy(update={"members": 1})
    probe = config.model_copy(update={"sequence": single})
    train_member("probe of cold items", _train, config=probe, folder=folder)
    measure = ray.remote(num_cpus=config.resources.data_cpus)(_measure)
    tasks = [measure.remote(config, folder, shard) for shard in range(len(history_shards(config)))]
    hits = _added(results_of(Work("cold items", "shards"), tasks))
    summaries = {name: cold_summary(count, len(hidden), int(hidden.sum())) for name, count in hits.items()}
    headline = summaries["sequence, whole history"]
    folder.write_json(COLD_START, {"cold_items": int(hidden.sum()), **headline, "methods": summaries})
    return StageCounts(rows_in=int(headline["cases"]), rows_out=int(headline["cases"]))


def _embed_without_hidden(config: Config, folder: Folder) -> None:
    """Train an encoder that knows nothing of the hidden items, and embed the catalogue with it."""
    if folder.exists(_EMBEDDED):
        return
    fine_tune("encoder of the probe", config=config, folder=folder / _OWN, hidden_of=hidden_items)
    texts = texts_to_embed(catalogue(config))
    own = folder / _OWN
    embed_texts(texts, config=config, encoder=own, folder=own, generation="probe")
    folder.write_json(_EMBEDDED, {"texts": len(texts)})


def probe_encoder(config: Config, folder: Folder) -> Folder:
    """The folder whose `encoder/` holds an encoder to which the hidden items did not exist."""
    return stage_folder(config, "train_encoder") if config.encoder.method == "frozen" else folder / _OWN


def probe_vectors(config: Config, folder: Folder) -> NDArray[np.float32]:
    """Text vectors by that encoder, float32 [items, width]."""
    if config.encoder.method == "frozen":
        return text_vectors(config)
    return vector_matrix((folder / _OWN).read_table(VECTORS))


def _added(hits_of_shards: list[dict[str, Counter[str]]]) -> dict[str, Counter[str]]:
    """Hits of each method over all shards."""
    total = {name: Counter[str]() for name in hits_of_shards[0]}
    for hits in hits_of_shards:
        for name, counts in hits.items():
            total[name] += counts
    return total


def _train(settings: dict[str, Any], folder: Folder, member: int) -> None:
    """The loop of one worker, to which the hidden items do not exist."""
    training = begin_member(settings, member, hidden_items)
    text = probe_vectors(training.config, folder)
    train_and_save(trainer_of(training, text=text), training, folder)


def _measure(config: Config, folder: Folder, shard: int) -> dict[str, Counter[str]]:
    """Hits of each method in one shard of the users."""
    hidden, block = hidden_items(config), history_shards(config)[shard]()
    scorers: dict[str, Scorer] = {
        "sequence": load_sequence(folder),
        "text average": MovingAverage(probe_vectors(config, folder), config.sequence.recency_rate),
    }
    return {
        f"{method}, {length}": cold_hits(scorer, list(cold_cases(block, hidden, events)), hidden)
        for method, scorer in scorers.items()
        for length, events in _HISTORIES.items()
    }


STAGE = Stage(
    "cold_probe",
    work=cold_probe,
    inputs=("prepare", "embed_catalogue"),
    sections=("sequence", "evaluation.cold_share", "evaluation.repeats", "evaluation.max_users"),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
