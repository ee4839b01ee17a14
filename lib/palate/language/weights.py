"""Model weights: where those of a language model are."""

from __future__ import annotations

from pathlib import Path

from palate.config.explain import BUNDLED_LANGUAGE_MODEL, QWEN_LANGUAGE_MODEL
from palate.language.bundled import bundled_folder
from palate.language.qwen import qwen_folder


def model_path_or_id(name: str | Path) -> str:
    """What engines and transformers load: a folder or a hub id; a packaged model by its name."""
    packaged = {BUNDLED_LANGUAGE_MODEL: bundled_folder, QWEN_LANGUAGE_MODEL: qwen_folder}
    return str(packaged[str(name)]() if str(name) in packaged else name)
