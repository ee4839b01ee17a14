"""A release that has never seen some of the items: what the cold-item probe of a run has trained.

    run --probe--> sequence model and encoder without the hidden items --less their rows--> release

It serves by the sequence model alone, which is what the probe measures. Its users are cases: the history of
each, without hidden items, up to the event whose item is to be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save

from jobs.cold_probe import probe_encoder, probe_vectors
from jobs.publish import NOT_SERVED
from jobs.runtime.stage import stage_folder
from jobs.runtime.stage_inputs import CATALOGUE, ENCODER, HISTORIES, METRICS, VECTORS, catalogue
from palate.config import Config
from palate.data.histories import EMPTY_HISTORY, DislikedItems, Dislikes, Histories, History
from palate.data.vectors import texts_to_embed, vectors_table
from palate.evaluate.cold import ColdCase
from palate.recommender.artefacts import FALLBACK
from palate.release import Release, SourceFile, promote, publish
from palate.retrieve import Popularity, save_model
from palate.retrieve.hybrid import SEQUENCE
from palate.retrieve.item_vectors import ITEM_VECTORS, member_files
from palate.sequence.cold_tower import WARM
from palate.storage import Folder

NO_DISLIKES = DislikedItems(EMPTY_HISTORY.items, EMPTY_HISTORY.items)


def case_user(number: int) -> str:
    """The user of the release whose history is that of a case."""
    return f"case-{number}"


def held_out_cases(block: Histories, hidden: NDArray[np.bool_]) -> Iterator[ColdCase]:
    """The test events of a block whose item is hidden, and what their users had done before."""
    for user in range(len(block)):
        before = block.before(user, "test").of_items(~hidden)
        if len(before.items):
            targets = np.unique(block.targets(user, "test"))
            yield from (ColdCase(before, int(target)) for target in targets[hidden[targets]])


def publish_without(
    config: Config,
    *,
    hidden: NDArray[np.bool_],
    popularity: Popularity,
    cases: Sequence[ColdCase],
    work: Folder,
) -> Release:
    """Publish and promote, in `config.release.uri`, what the probe of the run has trained.

    `popularity` is of the whole catalogue, `hidden` bool [items]; `work` is a folder for the files.
    """
    known = np.flatnonzero(~hidden)
    _write_items(config, work, known)
    histories = _histories([case.history for case in cases], np.cumsum(~hidden) - 1)
    work.write_table(f"{HISTORIES}/part-00000.parquet", histories.to_table())
    save_model(work / "methods", FALLBACK, Popularity(popularity.counts[known]))
    work.write_json("config.json", _served_settings(config))
    work.write_json(METRICS, {"selected": SEQUENCE})
    encoder = probe_encoder(config, stage_folder(config, "cold_probe"))
    sources = {name: SourceFile(work, name) for name in work.files(recursive=True)}
    sources |= {name: SourceFile(encoder, name) for name in encoder.files(ENCODER, recursive=True)}
    releases = Folder(config.release.uri)
    release = publish(releases, sources, config.data.name, SEQUENCE)
    return promote(releases, release.manifest.id)


def _served_settings(config: Config) -> dict[str, Any]:
    """The settings of the release: users have the ids of cases, and no list repeats what they had."""
    settings: dict[str, Any] = config.model_dump(mode="json", exclude=NOT_SERVED)
    settings["data"] |= {"anonymise": False, "repeat": "never", "store": None}
    return settings


def _write_items(config: Config, work: Folder, known: NDArray[np.int64]) -> None:
    """Catalogue, text vectors and sequence model of the probe, with the rows of the known items alone."""
    probe, table = stage_folder(config, "cold_probe"), catalogue(config).take(pa.array(known))
    work.write_table(CATALOGUE, table)
    vectors = probe_vectors(config, probe)[known]
    work.write_table(f"{VECTORS}/part-00000.parquet", vectors_table(texts_to_embed(table), vectors))
    described, weights = member_files(probe)
    tensors = load(probe.read_bytes(weights))
    of_items = {name: tensors[name][torch.from_numpy(known)].contiguous() for name in (ITEM_VECTORS, WARM)}
    work.write_bytes(f"sequence/{weights}", save(tensors | of_items))
    work.write_bytes(f"sequence/{described}", probe.read_bytes(described))


def _histories(histories: Sequence[History], index: NDArray[np.int64]) -> Histories:
    """Histories of cases as a block; `index`, int64 [items], is that of each item in the release."""
    lengths = np.array([len(history.items) for history in histories], np.int32)
    told = [history.kinds_and_values() for history in histories]
    disliked = [history.disliked or NO_DISLIKES for history in histories]
    counts = [len(dislikes.items) for dislikes in disliked]
    return Histories(
        users=pa.array([case_user(number) for number in range(len(histories))]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=index[np.concatenate([history.items for history in histories])].astype(np.int32),
        times=np.concatenate([history.times for history in histories]),
        train_end=lengths,
        validation_end=lengths,
        kinds=pa.array(np.concatenate([kinds for kinds, _ in told])).dictionary_encode(),
        values=np.concatenate([values for _, values in told]),
        dislikes=Dislikes(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            index[np.concatenate([dislikes.items for dislikes in disliked])].astype(np.int32),
            np.concatenate([dislikes.after for dislikes in disliked]),
        ),
    )
