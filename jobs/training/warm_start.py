"""Warm start of a run's models from a release, for continual learning."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from jobs.runtime.stage_inputs import catalogue, text_vectors
from palate.config import Config
from palate.recommender.artefacts import Artefacts
from palate.release import Release
from palate.release.manifest import read_manifest
from palate.schema import ITEM, TEXT
from palate.sequence import load_members
from palate.sequence.training.trainer import SequenceTrainer
from palate.sequence.training.warm_start import start_vectors
from palate.storage import Folder


def begin_from_release(trainer: SequenceTrainer, config: Config, member: int) -> None:
    """Let a trainer go on from one member of the release that the configuration names, if it names one."""
    if config.update.start_from is None:
        return
    folder = Folder(config.update.start_from)
    earlier, table = Artefacts.of(Release(folder, read_manifest(folder))), catalogue(config)
    model = load_members(earlier.folders.sequence)[member]
    vectors = start_vectors(
        model,
        known_as(table, earlier.catalogue),
        texts=table[TEXT].to_pylist(),
        text=text_vectors(config),
        known_text=earlier.text_vectors,
    )
    trainer.begin_from(model, vectors)


def known_as(table: pa.Table, earlier: pa.Table) -> np.ndarray:
    """The index in an earlier catalogue of each item of another, int64 [items]; -1 for a new one."""
    index = {item: number for number, item in enumerate(earlier[ITEM].to_pylist())}
    return np.array([index.get(item, -1) for item in table[ITEM].to_pylist()], np.int64)
