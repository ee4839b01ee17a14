"""Embedding of the catalogue with a pool of encoder actors; what has not changed is not embedded again."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import ray.data
import torch
from ray.data import ActorPoolStrategy

from jobs.runtime.progress import Work, shared_progress_bar
from jobs.runtime.stage import Stage, StageCounts, stage_command, stage_folder, stage_key
from jobs.runtime.stage_inputs import ENCODER, VECTORS, catalogue
from palate.config import Config
from palate.data.vectors import still_valid, texts_to_embed, vector_indices, vectors_table
from palate.encode import load_encoder, to_int8
from palate.schema import INDEX, TEXT
from palate.storage import Folder

ROWS = 1024
"""Items that an actor gets at once; it sorts them by length into its own batches."""

_STATE = "vectors.json"


def embed_catalogue(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the vectors in `vectors/`, and what they were made with."""
    texts, encoder = texts_to_embed(catalogue(config)), _encoder_hash(config)
    generation = stage_key(STAGE, config)[:12]
    old_files = _valid_files(folder, encoder)
    reused = _carry_over(folder, old_files, texts, generation)
    missing = texts.filter(pa.array(~np.isin(texts[INDEX].to_numpy(), reused)))
    _embed(missing, config, folder, generation)
    new_files = [name for name in folder.files(VECTORS) if generation in name]
    folder.write_json(_STATE, {"encoder": encoder, "files": new_files, "reused": len(reused)})
    for name in set(folder.files(VECTORS)) - set(new_files):
        folder.delete(name)
    return StageCounts(rows_in=len(texts), rows_out=len(texts))


class Embedder:
    """An actor with the encoder; writes the vectors of the rows it is given."""

    def __init__(self, config: Config, folder: Folder, generation: str, progress: Any) -> None:
        torch.set_num_threads(config.resources.threads)
        self._folder, self._generation = folder, generation
        device = "cuda" if config.resources.gpu else "cpu"
        with tempfile.TemporaryDirectory() as local:
            files = stage_folder(config, "train_encoder").download(Path(local), ENCODER)
            encoder = load_encoder(files, config.encoder.max_tokens, device)
        self._encoder = to_int8(encoder) if config.index.encoder_int8 else encoder
        self._encoder.after_each_batch(progress.advance.remote)
        progress.advance.remote(0)

    def __call__(self, texts: pa.Table) -> pa.Table:
        """Write the vectors of rows of `texts_to_embed`; returns how many."""
        vectors = vectors_table(texts, self._encoder.encode(texts[TEXT].to_pylist()))
        name = f"{VECTORS}/{self._generation}-{texts[INDEX][0].as_py():09d}.parquet"
        self._folder.write_table(name, vectors)
        return pa.table({"rows": [len(vectors)]})


def _embed(missing: pa.Table, config: Config, folder: Folder, generation: str) -> None:
    if not len(missing):
        return
    blocks = [missing.slice(start, ROWS) for start in range(0, len(missing), ROWS)]
    gpu = {"num_gpus": 1} if config.resources.gpu else {}
    with shared_progress_bar(Work("catalogue", "texts"), total=len(missing)) as progress:
        ray.data.from_arrow(blocks).map_batches(
            Embedder,
            fn_constructor_args=(config, folder, generation, progress),
            batch_size=ROWS,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=config.resources.embed_actors),
            num_cpus=config.resources.data_cpus,
            **gpu,
        ).materialize()


def _carry_over(folder: Folder, files: list[str], texts: pa.Table, generation: str) -> np.ndarray:
    """Write the older vectors that are still valid, a file at a time; the indices that they cover."""
    indices, covered = vector_indices(texts), [np.zeros(0, np.int32)]
    for number, name in enumerate(files):
        valid = still_valid(folder.read_table(name), indices)
        if len(valid):
            folder.write_table(f"{VECTORS}/{generation}-kept-{number:05d}.parquet", valid)
            covered.append(valid[INDEX].to_numpy())
    return np.concatenate(covered)


def _valid_files(folder: Folder, encoder: str) -> list[str]:
    """Files of an earlier attempt that this encoder made; what nothing vouches for is deleted."""
    state = folder.read_json(_STATE) if folder.exists(_STATE) else {"encoder": None, "files": []}
    valid: list[str] = state["files"] if state["encoder"] == encoder else []
    for name in set(folder.files(VECTORS)) - set(valid):
        folder.delete(name)
    return valid


def _encoder_hash(config: Config) -> str:
    """Hash of all that makes a vector of a text: the encoder's files and how it is read."""
    source = stage_folder(config, "train_encoder")
    digest = hashlib.sha256(str((config.encoder.max_tokens, config.index.encoder_int8)).encode())
    for name in source.files(ENCODER, recursive=True):
        digest.update(name.encode())
        digest.update(hashlib.sha256(source.read_bytes(name)).digest())
    return digest.hexdigest()


STAGE = Stage(
    "embed_catalogue",
    work=embed_catalogue,
    inputs=("prepare", "train_encoder"),
    sections=("index.encoder_int8",),
    keeps_results=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
