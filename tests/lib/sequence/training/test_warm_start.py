"""Training that goes on from an earlier model begins where that one stood, by ids and words, in any order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from palate.config import SequenceConfig
from palate.errors import PalateError
from palate.sequence import SequenceModel, all_item_vectors
from palate.sequence.cold_tower import ColdTower
from palate.sequence.network.words import word_bags
from palate.sequence.scorer import Transformer
from palate.sequence.training.warm_start import begin_from, start_vectors

SETTINGS = SequenceConfig(width=8, layers=1, heads=2)
TEXTS = [f"word{number % 4} other{number % 3} same" for number in range(12)]


def unit_texts(count: int) -> np.ndarray:
    vectors = np.random.default_rng(0).normal(size=(count, 6)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def model_of(items: list[int], settings: SequenceConfig = SETTINGS, seed: int = 0) -> SequenceModel:
    """An untrained model of some of twelve items, all of them warm."""
    torch.manual_seed(seed)
    warm = np.ones(len(items), bool)
    text = torch.from_numpy(unit_texts(12)[items])
    return SequenceModel(text, torch.from_numpy(warm), settings, word_bags([TEXTS[i] for i in items], warm))


def released(model: SequenceModel) -> Transformer:
    return Transformer(model.users, all_item_vectors(model), 50, cold=ColdTower.of(model.items))


KNOWN = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
EVERY = list(range(12))


def begun(model: SequenceModel, earlier: SequenceModel) -> np.ndarray:
    """Begin a model of all twelve items from one of ten; the vectors that it began at."""
    index = np.array([KNOWN.index(item) if item in KNOWN else -1 for item in EVERY])
    vectors = start_vectors(
        released(earlier), index, texts=TEXTS, text=unit_texts(12), known_text=unit_texts(12)[KNOWN]
    )
    begin_from(model, released(earlier), vectors)
    return vectors


def test_every_known_item_stands_where_it_stood_though_the_order_has_changed() -> None:
    earlier, model = model_of(KNOWN), model_of(EVERY, seed=1)
    begun(model, earlier)
    where = [EVERY.index(item) for item in KNOWN]
    assert np.allclose(all_item_vectors(model)[where], all_item_vectors(earlier), atol=1e-5)


def test_a_new_item_begins_where_it_stood_as_a_cold_one() -> None:
    earlier, model = model_of(KNOWN), model_of(EVERY, seed=1)
    vectors = begun(model, earlier)
    (cold,) = released(earlier).cold_inputs(
        [TEXTS[10], TEXTS[11]], unit_texts(12)[[10, 11]], unit_texts(12)[KNOWN]
    )
    assert np.allclose(vectors[[10, 11]], cold)
    assert np.allclose(all_item_vectors(model)[[10, 11]], cold, atol=1e-5)


def test_users_are_read_as_before() -> None:
    earlier, model = model_of(KNOWN), model_of(EVERY, seed=1)
    begun(model, earlier)
    for name, tensor in earlier.users.state_dict().items():
        assert torch.equal(tensor, model.users.state_dict()[name]), name


def test_another_shape_is_refused_with_what_to_do() -> None:
    wider = model_of(EVERY, SequenceConfig(width=8, layers=2, heads=2))
    with pytest.raises(PalateError, match="run palate retrain"):
        begun(wider, model_of(KNOWN))
