"""Model weights: where those of a language model are."""

from __future__ import annotations

from pathlib import Path

from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.language.bundled import bundled_folder


def model_path_or_id(name: str | Path) -> str:
    """What engines and transformers load: a folder or a hub id; the bundled model by its name."""
    return str(bundled_folder()) if str(name) == BUNDLED_LANGUAGE_MODEL else str(name)
