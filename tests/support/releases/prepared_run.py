"""A run in which the stages before a model are finished, made up in a moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from palate.config import Config, load_config
from palate.data.histories import Histories
from palate.schema import ITEM, vectors_schema
from palate.sequence import SequenceModel, save_sequence
from palate.storage import Folder

WIDTH = 8
SPACE = "tune.space={sequence.learning_rate: {low: 0.001, high: 0.01, log: true}, sequence.layers: [1, 2]}"


def prepared(run: Path, tiny: Any, *settings: str) -> Config:
    config = load_config(
        None,
        [
            f"run={run}",
            "sequence={width: 8, layers: 1, epochs: 2, tokens_per_batch: 16}",
            "tune={trials: 3, grace_epochs: 1}",
            SPACE,
            "resources.threads=1",
            *settings,
        ],
    )
    write_prepared(Folder(config.run), tiny.catalogue, tiny.histories)
    write_models(Folder(config.run), tiny.catalogue, config)
    for stage in ("prepare", "embed_catalogue"):
        (Folder(config.run) / stage).write_json("manifest.json", {"key": stage})
    return config


def write_prepared(run: Folder, catalogue: pa.Table, histories: Histories) -> None:
    folder, table = run / "prepare", histories.to_table()
    folder.write_table("catalogue.parquet", catalogue)
    for number in range(3):
        folder.write_table(f"histories/part-{number:05d}.parquet", table.slice(7 * number, 7))
    counts = {"users": len(histories), "events": len(histories.items)}
    folder.write_json("summary.json", counts | {"quarantined": {"events: no item": 2}})


def write_models(run: Folder, catalogue: pa.Table, config: Config) -> None:
    vectors = np.random.default_rng(0).normal(size=(len(catalogue), WIDTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    columns = [
        pa.array(np.arange(len(catalogue), dtype=np.int32)),
        catalogue[ITEM].combine_chunks(),
        pa.array(["hash"] * len(catalogue)),
        pa.FixedSizeListArray.from_arrays(vectors.ravel(), WIDTH),
    ]
    table = pa.Table.from_arrays(columns, schema=vectors_schema(WIDTH))
    (run / "embed_catalogue").write_table("vectors/part-00000.parquet", table)
    known = torch.ones(len(catalogue), dtype=torch.bool)
    model = SequenceModel(torch.from_numpy(vectors), known, config.sequence)
    save_sequence(run / "train_sequence", model, config.sequence, {"curve": [0.1, 0.3, 0.2]})
    (run / "cold_probe").write_json("cold.json", {"cold_items": 2, "ratio": 6.5})
