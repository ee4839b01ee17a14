"""Tokenizer files: whether what an encoder brings beside its weights may enter a release."""

from __future__ import annotations

import tempfile
from pathlib import Path

from transformers import AutoTokenizer

from palate.encode.encoder import path_or_id
from palate.errors import PalateError
from palate.release.formats import require_allowed

_HEAD_BYTES = 4096


def require_publishable(encoder: str | Path) -> None:
    """Raise `PalateError` if a release would not take a file of the encoder; reads no weights.

    Weights are always written as safetensors and settings as JSON, but a tokenizer decides itself what files
    it leaves.
    """
    with tempfile.TemporaryDirectory() as folder:
        AutoTokenizer.from_pretrained(path_or_id(encoder)).save_pretrained(folder)
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                _require_allowed(path, encoder)


def _require_allowed(path: Path, encoder: str | Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    try:
        require_allowed(path.name, head)
    except PalateError as refusal:
        raise PalateError(f"The text encoder {str(encoder)!r} could not be published: {refusal}") from refusal
