"""An item that comes after the training has the vector that the training gave an item without events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from palate.config import SequenceConfig
from palate.data.histories import History
from palate.sequence import SequenceModel, load_members, load_sequence, save_sequence
from palate.sequence.cold_tower import COLD
from palate.sequence.network.words import word_bags
from palate.storage import Folder

ITEMS, COLD_ITEM = 9, 8
TEXTS = [f"kind {number % 3} part {number % 2} common" for number in range(ITEMS)]
WARM = torch.arange(ITEMS) != COLD_ITEM


def saved(folder: Folder, **settings: object) -> np.ndarray:
    """Unit text vectors of a model that was saved, of which one item is cold."""
    config = SequenceConfig.model_validate({"width": 8, "layers": 1, **settings})
    torch.manual_seed(1)
    text = torch.nn.functional.normalize(torch.randn(ITEMS, 4), dim=-1)
    words = word_bags(TEXTS, WARM.numpy()) if config.use_words else None
    for member in range(config.members):
        save_sequence(folder, SequenceModel(text, WARM, config, words), config, {}, member)
    return text.numpy()


@pytest.mark.parametrize("settings", [{}, {"use_words": False}, {"members": 2}])
def test_a_new_item_is_as_a_cold_one_of_the_training(tmp_path: Path, settings: dict[str, object]) -> None:
    folder = Folder(str(tmp_path))
    text = saved(folder, **settings)
    model = load_sequence(folder)
    made = model.cold_inputs([TEXTS[COLD_ITEM]], text[[COLD_ITEM]], text)
    assert len(made) == len(model.item_inputs)
    for new, known in zip(made, model.item_inputs, strict=True):
        np.testing.assert_allclose(new[0], known[COLD_ITEM], atol=1e-5)


def test_a_history_with_a_new_item_is_read_as_with_the_cold_one(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    text = saved(folder)
    model = load_sequence(folder)
    made = model.cold_inputs([TEXTS[COLD_ITEM]], text[[COLD_ITEM]], text)
    live = model.over(np.array([20], np.int32), made)
    times = np.arange(3, dtype=np.int64)
    known, new = (History(np.array([1, item, 2], np.int32), times) for item in (COLD_ITEM, 20))
    np.testing.assert_allclose(live.user_vectors([new]), model.user_vectors([known]), atol=1e-5)


def test_a_model_of_before_lends_all_of_its_neighbours_vectors(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    text = saved(folder)
    (member,) = load_members(folder)
    tensors = load(folder.read_bytes("model.safetensors"))
    earlier = {name: tensor for name, tensor in tensors.items() if not name.startswith(COLD)}
    folder.write_bytes("model.safetensors", save(earlier))
    (lent,) = load_sequence(folder).cold_inputs([TEXTS[0]], text[[0]], text)
    # Of an item that is there already the nearest neighbour is itself.
    assert np.abs(lent[0] - member.item_inputs[0][0]).max() < np.abs(lent[0] - member.item_inputs[0][1]).max()
