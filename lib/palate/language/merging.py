"""LoRA merging: an adapter's changes added to a model's weights, for engines that are slow with adapters."""

from __future__ import annotations

from pathlib import Path

from palate.errors import PalateError
from palate.language.weights import model_path_or_id


def require_adapter(folder: str | Path) -> None:
    """`PalateError` unless there is an adapter in the folder."""
    if not (Path(folder) / "adapter_config.json").exists():
        raise PalateError(f"There is no adapter in {folder}; jobs.train_explainer makes one")


def merge_adapter(model: str, adapter: str, target: Path) -> None:
    """Write a model with an adapter merged into it, in bfloat16, and its tokenizer to `target`.

    `PalateError` without an adapter, or for one that was trained for another model.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    require_adapter(adapter)
    source = model_path_or_id(model)
    base = AutoModelForCausalLM.from_pretrained(source, dtype=torch.bfloat16)
    try:
        adapted = PeftModel.from_pretrained(base, adapter)
    except (RuntimeError, ValueError) as error:
        raise PalateError(f"The adapter in {adapter} does not fit {model}: {error}") from error
    adapted.merge_and_unload().save_pretrained(target)
    AutoTokenizer.from_pretrained(source).save_pretrained(target)
