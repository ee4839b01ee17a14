"""Where the weights of a language model are."""

from __future__ import annotations

from pathlib import Path

from palate.language.bundled import BUNDLED, bundled_folder


def model_place(name: str | Path) -> str:
    """What engines and transformers load: a folder or a hub id; the bundled model by its name."""
    return str(bundled_folder()) if str(name) == BUNDLED else str(name)
