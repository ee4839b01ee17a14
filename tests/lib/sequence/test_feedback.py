"""Kinds and values of events become numbers, and the model tells events by them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from palate.config import SequenceConfig
from palate.data.histories import EMPTY_HISTORY, Histories, History
from palate.sequence import SequenceModel, load_sequence, save_sequence
from palate.sequence.network.feedback import NO_FEEDBACK_BUCKETS, FeedbackBuckets, learn_buckets
from palate.storage import Folder

STARS = FeedbackBuckets({"rate": (2.0, 3.0, 4.0, 5.0), "view": (1.0,)})


def history(*events: tuple[str, float]) -> History:
    kinds, values = zip(*events, strict=True)
    count = len(events)
    return History(np.zeros(count, np.int32), np.arange(count), np.array(kinds), np.array(values, np.float32))


def block_of(kinds: list[str], values: list[float]) -> Histories:
    """One user whose last event is not learned from."""
    return Histories(
        users=pa.array(["a"]),
        offsets=np.array([0, len(kinds)]),
        items=np.zeros(len(kinds), np.int32),
        times=np.arange(len(kinds)),
        train_end=np.array([len(kinds) - 1], np.int32),
        validation_end=np.array([len(kinds)], np.int32),
        kinds=pa.array(kinds).dictionary_encode(),
        values=np.array(values, np.float32),
    )


def test_every_frequent_star_has_a_number_and_every_kind_its_own() -> None:
    found = learn_buckets([lambda: block_of(["rate"] * 5 + ["view", "order"], [1, 2, 3, 4, 5, 1, 1])])
    assert found.edges == {"rate": (1.0, 2.0, 3.0, 4.0, 5.0), "view": (1.0,)}
    assert found.numbers == 8


def test_numbers_rise_with_the_value_and_go_on_with_the_next_kind() -> None:
    stars = history(*(("rate", value) for value in (1, 2, 3, 4, 4.5, 5)))
    assert STARS.of(stars).tolist() == [1, 2, 3, 4, 4, 5]
    assert STARS.of(history(("view", 0), ("view", 1), ("view", 9))).tolist() == [6, 7, 7]


def test_what_is_not_known_is_nought() -> None:
    assert STARS.of(history(("hide", 1), ("rate", 5))).tolist() == [0, 5]
    assert STARS.of(EMPTY_HISTORY).tolist() == []
    assert NO_FEEDBACK_BUCKETS.of(history(("rate", 5))).tolist() == [0]
    assert STARS.of(History(np.zeros(2, np.int32), np.arange(2))).tolist() == [0, 0]


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=40))
def test_there_are_at_most_eight_ranges_and_larger_values_are_in_no_lower_one(values: list[float]) -> None:
    feedback_buckets = learn_buckets([lambda: block_of(["view"] * (len(values) + 1), [*values, 0.0])])
    assert 1 <= feedback_buckets.numbers <= 8
    numbers = feedback_buckets.of(history(*(("view", value) for value in sorted(values))))
    assert numbers.min() >= 1
    assert (np.diff(numbers) >= 0).all()


def test_no_events_make_no_levels() -> None:
    assert learn_buckets([]) == NO_FEEDBACK_BUCKETS
    empty = block_of(["view"], [1.0])
    assert learn_buckets([lambda: replace(empty, train_end=np.zeros(1, np.int32))]) == NO_FEEDBACK_BUCKETS


@pytest.fixture
def model(tmp_path: Path) -> Folder:
    """A saved model that tells stars, which training has changed."""
    torch.manual_seed(0)
    text = torch.nn.functional.normalize(torch.randn(3, 6), dim=-1)
    settings = SequenceConfig(width=8, layers=1, use_signals=True)
    found = SequenceModel(text, torch.ones(3, dtype=torch.bool), settings, feedback_buckets=STARS)
    assert found.users.signal is not None
    torch.nn.init.normal_(found.users.signal.weight[1:])
    save_sequence(Folder(str(tmp_path)), found, settings, {})
    return Folder(str(tmp_path))


def test_a_saved_model_hears_what_the_events_said(model: Folder) -> None:
    scorer = load_sequence(model)
    liked, disliked, viewed = (history(one) for one in [("rate", 5.0), ("rate", 1.0), ("heard of", 1.0)])
    users = scorer.user_vectors([liked, disliked, viewed, viewed._replace(kinds=None, values=None)])
    assert not np.allclose(users[0], users[1], atol=1e-3)
    assert np.allclose(users[2], users[3])
