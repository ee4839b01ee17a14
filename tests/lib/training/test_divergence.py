"""Divergence: numbers that are not finite stop a training, and never make a model look good."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from palate.data.held_out import ahead_of_targets
from palate.data.histories import EMPTY_HISTORY, History
from palate.training import TrainingDiverged, clip_gradients

WHERE = {"setting": "sequence.learning_rate", "rate": 0.5, "when": "epoch 3"}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_gradient_that_is_not_finite_is_told_with_what_to_lower(number: float) -> None:
    layer = torch.nn.Linear(2, 1)
    layer.weight.grad = torch.tensor([[1.0, number]])
    with pytest.raises(TrainingDiverged, match=r"diverged in epoch 3.*Lower sequence.learning_rate \(0.5\)"):
        clip_gradients(layer, **WHERE)


def test_a_long_gradient_is_scaled_down() -> None:
    layer = torch.nn.Linear(2, 1, bias=False)
    layer.weight.grad = torch.tensor([[3.0, 4.0]])
    clip_gradients(layer, **WHERE)
    torch.testing.assert_close(layer.weight.grad, torch.tensor([[0.6, 0.8]]))


def test_the_norm_of_a_sparse_gradient_is_that_of_the_sums_of_its_rows() -> None:
    table = torch.nn.Embedding(3, 2, sparse=True)
    (table(torch.tensor([2, 2])) * torch.tensor([1.5, 2.0])).sum().backward()
    clip_gradients(table, **WHERE)
    assert table.weight.grad is not None
    expected = torch.tensor([[0.0, 0.0], [0.0, 0.0], [0.6, 0.8]])
    torch.testing.assert_close(table.weight.grad.to_dense(), expected)


@pytest.mark.parametrize("number", [np.nan, 1.0])
def test_scores_that_are_no_numbers_or_all_the_same_put_everything_before_the_target(number: float) -> None:
    scores = np.full((1, 4), number, np.float32)
    ahead = ahead_of_targets(scores, np.array([2], np.int32), [EMPTY_HISTORY])
    assert ahead.tolist() == [[True, True, False, True]]


def test_one_score_that_is_no_number_counts_against_the_target() -> None:
    scores = np.array([[np.nan, 0.1, 0.5, 0.9]], np.float32)
    ahead = ahead_of_targets(scores, np.array([2], np.int32), [EMPTY_HISTORY])
    assert ahead.tolist() == [[True, False, False, True]]


def test_what_was_seen_does_not_compete_unless_it_is_sought_again() -> None:
    seen = History(np.array([2, 3], np.int32), np.zeros(2, np.int64))
    scores = np.array([[0.1, 0.2, 0.5, 0.9]], np.float32)
    assert ahead_of_targets(scores, np.array([2], np.int32), [seen]).tolist() == [[False] * 4]
