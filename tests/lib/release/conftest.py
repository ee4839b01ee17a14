from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from safetensors.numpy import save

from palate.release import SourceFile
from palate.storage import Folder


@pytest.fixture
def run(tmp_path: Path) -> Folder:
    """A tiny run: one file of each kind that a release holds."""
    folder = Folder(str(tmp_path / "run"))
    folder.write_table("catalogue.parquet", pa.table({"item": ["a", "b"]}))
    folder.write_bytes("model.safetensors", save({"weights": np.arange(4, dtype=np.float32)}))
    folder.write_json("metrics.json", {"ndcg@10": 0.5})
    folder.write_bytes("encoder/vocab.txt", b"[PAD]\n[UNK]\n")
    return folder


@pytest.fixture
def sources(run: Folder) -> dict[str, SourceFile]:
    return {name: SourceFile(run, name) for name in run.files(recursive=True)}


@pytest.fixture
def releases(tmp_path: Path) -> Folder:
    return Folder(str(tmp_path / "releases"))
