"""Checkpoint: a training's whole state in a folder, safetensors and JSON, so that nothing is unpickled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.optim import Optimizer

MODEL = "model.safetensors"
OPTIMISER = "optimiser.safetensors"
PROGRESS = "progress.json"


def save_training_state(
    folder: Path, model: nn.Module, optimiser: Optimizer, progress: dict[str, Any]
) -> None:
    """Write weights, optimiser state and `progress` (JSON values) so that training goes on exactly.

    Frozen weights are left out: they are those that the training began with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frozen = _frozen(model)
    learned = {name: value for name, value in model.state_dict().items() if name not in frozen}
    save_file(_contiguous(learned), folder / MODEL)
    # The optimiser keeps several tensors a parameter, here by the parameter's number and their name.
    tensors = {
        f"{index}.{name}": value
        for index, values in optimiser.state_dict()["state"].items()
        for name, value in values.items()
    }
    save_file(_contiguous(tensors), folder / OPTIMISER)
    (folder / PROGRESS).write_text(json.dumps(progress))


def load_training_state(folder: Path, model: nn.Module, optimiser: Optimizer) -> dict[str, Any]:
    """Restore weights and optimiser in place, and return the progress."""
    own, frozen = model.state_dict(), _frozen(model)
    model.load_state_dict({name: own[name] for name in frozen} | load_file(folder / MODEL))
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in load_file(folder / OPTIMISER).items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    # Learning rates and decays are those of the settings, as they are now.
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})
    progress: dict[str, Any] = json.loads((folder / PROGRESS).read_text())
    return progress


def _frozen(model: nn.Module) -> set[str]:
    return {name for name, weight in model.named_parameters() if not weight.requires_grad}


def _contiguous(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    # A clone of each: safetensors refuses tensors that share memory.
    return {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
