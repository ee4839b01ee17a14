"""Stored text encoder: one that lies in a folder of a run or a release, on a disk or in an object store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palate.config.models import EncoderConfig
from palate.encode.encoder import TextEncoder, load_encoder
from palate.encode.int8 import to_int8
from palate.storage import Folder


def open_encoder(
    folder: Folder, settings: EncoderConfig, int8: bool = False, gpu: bool = False
) -> TextEncoder:
    """The encoder in the folder; with weights of a byte each, which are for processors, if so asked."""
    device = "cuda" if gpu and not int8 else "cpu"
    with _on_disk(folder) as path:
        encoder = load_encoder(path, settings, device)
    return to_int8(encoder) if int8 else encoder


@contextmanager
def _on_disk(folder: Folder) -> Iterator[Path]:
    """The folder itself, or a copy of it for a while."""
    if folder.local_path is not None:
        yield folder.local_path
        return
    with tempfile.TemporaryDirectory() as path:
        yield folder.download(Path(path))
