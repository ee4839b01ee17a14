"""A real release of the tiny data set: a narrow encoder, real models, nothing trained for long."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from palate.config import Config, EncoderConfig, SequenceConfig
from palate.data.histories import Histories
from palate.data.vectors import texts_to_embed, vector_matrix, vectors_table
from palate.encode import load_encoder
from palate.release import Release, SourceFile, promote, publish
from palate.retrieve import Ease, Popularity, fit_ease, fit_popularity, save_model
from palate.schema import TEXT
from palate.sequence import SequenceModel, save_sequence
from palate.storage import Folder
from tests.support.encoders import narrow_bert

BUNDLED = EncoderConfig(max_tokens=16)
"""For what rests on the meaning of texts: its 90 MB are read and hashed at every step of a release."""
SEQUENCE = SequenceConfig(width=8, layers=1, heads=2)


def tiny_run(
    uri: str, catalogue: pa.Table, histories: Histories, reading: EncoderConfig | None = None
) -> Folder:
    """Everything that a release holds, laid out as in one, by a text encoder as it comes: a narrow one."""
    reading = reading or EncoderConfig(model=str(narrow_bert()), max_tokens=16)
    run = Folder(uri)
    run.write_table("catalogue.parquet", catalogue)
    table = histories.to_table()
    run.write_table("histories/part-00000.parquet", table.slice(0, 10))
    run.write_table("histories/part-00001.parquet", table.slice(10))
    encoder = load_encoder(reading.model, reading)
    encoder.model.save_pretrained(str(Path(run.path) / "encoder"), create_model_card=False)
    texts = texts_to_embed(catalogue)
    run.write_table("vectors/part-0.parquet", vectors_table(texts, encoder.encode(texts[TEXT].to_pylist())))
    _save_models(run, histories)
    settings = Config(encoder=reading).model_dump(mode="json")
    run.write_json("config.json", {name: settings[name] for name in ("encoder", "sequence", "index")})
    run.write_json("metrics.json", {"selected": "sequence"})
    return run


def publish_tiny(run: Folder, releases: Folder, method: str) -> Release:
    """Publish all of the run under `method`, and make it current."""
    sources = {name: SourceFile(run, name) for name in run.files(recursive=True)}
    release = publish(releases, sources, "tiny", method)
    return promote(releases, release.manifest.id)


def _save_models(run: Folder, histories: Histories) -> None:
    vectors = vector_matrix(run.read_table("vectors"))
    matrix = histories.train_matrix(len(vectors))
    save_model(run / "methods", Popularity.method, fit_popularity([matrix]))
    save_model(run / "methods", Ease.method, fit_ease([matrix], l2=1.0))
    torch.manual_seed(0)
    known = torch.ones(len(vectors), dtype=torch.bool)
    model = SequenceModel(torch.from_numpy(vectors.astype(np.float32)), known, SEQUENCE)
    save_sequence(run / "sequence", model, SEQUENCE, {"curve": [0.1]})
