"""Model persistence: the trained sequence model on disk, tensors as safetensors and the rest as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save

from palate.config import SequenceConfig
from palate.retrieve.item_vectors import ITEM_VECTORS, member_name
from palate.sequence.cold_start import blend_cold_items
from palate.sequence.cold_tower import COLD, ColdTower
from palate.sequence.ensemble import Ensemble
from palate.sequence.network.feedback import FeedbackBuckets
from palate.sequence.network.model import SequenceModel, UserTower
from palate.sequence.scorer import LiveUserModel, Transformer
from palate.storage import Folder

SIGNALS = "signals"
"""Key of the ranges of values by kind; models of before they were read have none."""
COLD_WORDS = "words"
"""Key of the vocabulary that gives live items their words; models of before there were such have none."""


def save_sequence(
    folder: Folder, model: SequenceModel, settings: SequenceConfig, course: dict[str, Any], member: int = 0
) -> None:
    """Write what serving needs of one member; `course` tells how the training went."""
    tensors = {name: tensor.cpu().contiguous() for name, tensor in model.users.state_dict().items()}
    tensors[ITEM_VECTORS] = torch.from_numpy(all_item_vectors(model))
    cold = ColdTower.of(model.items)
    name = member_name(member)
    folder.write_bytes(f"{name}.safetensors", save(tensors | cold.state()))
    described = {
        "settings": settings.model_dump(mode="json"),
        SIGNALS: model.users.feedback_buckets.edges,
        COLD_WORDS: [] if cold.lexicon is None else cold.lexicon.words,
    }
    folder.write_json(f"{name}.json", {**described, **course})


def has_member(folder: Folder, member: int) -> bool:
    """Whether a member is there, whole."""
    return folder.exists(f"{member_name(member)}.json")


def load_sequence(folder: Folder) -> LiveUserModel:
    """Read the model back with all its members, ready to score."""
    members = load_members(folder)
    return members[0] if len(members) == 1 else Ensemble(members)


def load_members(folder: Folder) -> list[Transformer]:
    """Every member of the model by itself."""
    first, members = _load(folder, 0)
    return [first, *(_load(folder, member)[0] for member in range(1, members))]


def _load(folder: Folder, member: int) -> tuple[Transformer, int]:
    """One member, and how many there are."""
    name = member_name(member)
    described = folder.read_json(f"{name}.json")
    settings = SequenceConfig.model_validate(described["settings"])
    tensors = load(folder.read_bytes(f"{name}.safetensors"))
    vectors = tensors.pop(ITEM_VECTORS).numpy()
    cold_tensors = {name: tensors.pop(name) for name in list(tensors) if name.startswith(COLD)}
    cold = ColdTower.from_state(cold_tensors, described.get(COLD_WORDS, ()), len(vectors))
    edges_of = described.get(SIGNALS, {})
    feedback_buckets = FeedbackBuckets({kind: tuple(edges) for kind, edges in edges_of.items()})
    tower = UserTower(settings, feedback_buckets, reads_dislikes="dislike" in tensors)
    tower.load_state_dict(tensors)
    return Transformer(tower, vectors, settings.max_events, cold=cold), settings.members


@torch.inference_mode()
def all_item_vectors(model: SequenceModel, batch: int = 65_536) -> NDArray[np.float32]:
    """Vectors of the whole catalogue, cold items among their neighbours; float32 [items, width]."""
    tower = model.items.eval()
    everything = torch.arange(len(tower.text), device=tower.text.device)
    vectors = torch.cat([tower(items) for items in torch.split(everything, batch)])
    if tower.projection is not None:
        vectors = blend_cold_items(vectors, tower.text, tower.warm)
    array: NDArray[np.float32] = vectors.cpu().numpy()
    return array
