"""The trained sequence model on disk: weights and item vectors as safetensors, the rest as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save

from palate.config import SequenceConfig
from palate.retrieve.item_vectors import ITEM_VECTORS, WEIGHTS
from palate.sequence.model import SequenceModel, UserTower
from palate.sequence.newcomers import introduce_newcomers
from palate.sequence.scorer import Transformer
from palate.storage import Folder

SETTINGS = "model.json"


def save_sequence(folder: Folder, model: SequenceModel, settings: SequenceConfig, curve: list[float]) -> None:
    """Write what serving needs; `curve` holds the validation NDCG@10 after each epoch."""
    tensors = {name: tensor.cpu().contiguous() for name, tensor in model.users.state_dict().items()}
    tensors[ITEM_VECTORS] = torch.from_numpy(all_item_vectors(model))
    folder.write_bytes(WEIGHTS, save(tensors))
    folder.write_json(SETTINGS, {"settings": settings.model_dump(mode="json"), "curve": curve})


def load_sequence(folder: Folder) -> Transformer:
    """Read the model back, ready to score."""
    description: dict[str, Any] = folder.read_json(SETTINGS)
    settings = SequenceConfig.model_validate(description["settings"])
    tensors = load(folder.read_bytes(WEIGHTS))
    vectors = tensors.pop(ITEM_VECTORS).numpy()
    tower = UserTower(settings)
    tower.load_state_dict(tensors)
    return Transformer(tower, vectors, settings.max_events)


@torch.inference_mode()
def all_item_vectors(model: SequenceModel, batch: int = 65_536) -> NDArray[np.float32]:
    """Vectors of the whole catalogue, newcomers among their neighbours; float32 [items, width]."""
    tower = model.items.eval()
    everything = torch.arange(len(tower.text), device=tower.text.device)
    vectors = torch.cat([tower(items) for items in torch.split(everything, batch)])
    if tower.projection is not None:
        vectors = introduce_newcomers(vectors, tower.text, tower.known)
    found: NDArray[np.float32] = vectors.cpu().numpy()
    return found
