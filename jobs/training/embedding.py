"""Embedding of texts with a pool of encoder actors, which write the vectors where they are wanted."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray.data
import torch
from ray.data import ActorPoolStrategy

from jobs.runtime.progress import Work, shared_progress_bar
from jobs.runtime.stage_inputs import ENCODER, VECTORS
from palate.config import Config
from palate.data.vectors import vectors_table
from palate.encode import load_encoder, to_int8
from palate.schema import INDEX, TEXT
from palate.storage import Folder

ROWS = 1024
"""Items that an actor gets at once; it sorts them by length into its own batches."""


class Embedder:
    """An actor with the encoder; writes the vectors of the rows it is given."""

    def __init__(
        self, config: Config, *, encoder: Folder, folder: Folder, generation: str, progress: Any
    ) -> None:
        torch.set_num_threads(config.resources.threads)
        self._folder, self._generation = folder, generation
        device = "cuda" if config.resources.gpu else "cpu"
        with tempfile.TemporaryDirectory() as local:
            files = encoder.download(Path(local), ENCODER)
            loaded = load_encoder(files, config.encoder, device)
        self._encoder = to_int8(loaded) if config.index.encoder_int8 else loaded
        self._encoder.after_each_batch(progress.advance.remote)
        progress.advance.remote(0)

    def __call__(self, texts: pa.Table) -> pa.Table:
        """Write the vectors of rows of `texts_to_embed`; returns how many."""
        vectors = vectors_table(texts, self._encoder.encode(texts[TEXT].to_pylist()))
        name = f"{VECTORS}/{self._generation}-{texts[INDEX][0].as_py():09d}.parquet"
        self._folder.write_table(name, vectors)
        return pa.table({"rows": [len(vectors)]})


def embed_texts(texts: pa.Table, *, config: Config, encoder: Folder, folder: Folder, generation: str) -> None:
    """Write the vectors of a table of `texts_to_embed` to `vectors/` of the folder.

    `encoder` is the folder that holds `encoder/`; the files' names begin with `generation`.
    """
    if not len(texts):
        return
    blocks = [texts.slice(start, ROWS) for start in range(0, len(texts), ROWS)]
    gpu = {"num_gpus": 1} if config.resources.gpu else {}
    with shared_progress_bar(Work("catalogue", "texts"), total=len(texts)) as progress:
        actor = {"encoder": encoder, "folder": folder, "generation": generation, "progress": progress}
        ray.data.from_arrow(blocks).map_batches(
            Embedder,
            fn_constructor_args=(config,),
            fn_constructor_kwargs=actor,
            batch_size=ROWS,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=config.resources.embed_actors),
            num_cpus=config.resources.data_cpus,
            **gpu,
        ).materialize()
