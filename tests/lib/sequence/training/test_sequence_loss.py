import math

import pytest
import torch

from palate.config import SequenceConfig
from palate.schema import NO_ITEM
from palate.sequence import IGNORE_INDEX, SequenceBatch, SequenceModel
from palate.sequence.network.item_tower import _hashed_draws
from palate.sequence.training.loss import draw_candidates, softmax_loss

ITEMS = 10
TEXT = torch.nn.functional.normalize(
    torch.randn(ITEMS, 6, generator=torch.Generator().manual_seed(0)), dim=-1
)
BATCH = SequenceBatch(
    events=torch.tensor([[1, 2, 3], [4, 5, 0]]),
    time_gaps=torch.tensor([[0, 1, 2], [0, 3, 0]]),
    feedback=torch.zeros(2, 3, dtype=torch.long),
    targets=torch.tensor([[2, 3, 6], [5, 1, IGNORE_INDEX]]),
    disliked=torch.full((2, 3), NO_ITEM),
    against=torch.zeros(2, 3, dtype=torch.long),
)
KNOWN = torch.tensor([1, 2, 3, 4, 5, 6])


def model_of(sparse_gradient=False, **settings):
    torch.manual_seed(0)
    config = SequenceConfig.model_validate({"width": 8, "layers": 1, "dropout": 0, **settings})
    known = torch.zeros(ITEMS, dtype=torch.bool)
    known[KNOWN] = True
    return SequenceModel(TEXT, known, config, sparse_gradient=sparse_gradient).eval()


def generator():
    return torch.Generator().manual_seed(0)


def test_full_softmax_is_the_cross_entropy_over_all_known_items():
    model = model_of()
    vectors = model.items(torch.arange(ITEMS))
    users = model.users(vectors[BATCH.events], BATCH.time_gaps, BATCH.feedback)
    logits = users @ torch.nn.functional.normalize(vectors[KNOWN], dim=-1).T
    expected = sum(
        -torch.log_softmax(logits[row, place], -1)[int(target) - 1]
        for row, targets in enumerate(BATCH.targets)
        for place, target in enumerate(targets)
        if target != IGNORE_INDEX
    )
    loss = softmax_loss(model, BATCH, draw_candidates(KNOWN, 0, generator()), generator())
    torch.testing.assert_close(loss, expected)


def test_an_untouched_item_is_never_a_negative():
    for negatives in (0, 3):
        drawn = draw_candidates(KNOWN, negatives, generator())
        assert set(drawn.items.tolist()) <= set(KNOWN.tolist())
        assert drawn.items.tolist() == sorted(set(drawn.items.tolist()))


def test_the_mean_of_the_sampled_partition_function_is_the_full_one():
    scores = torch.arange(6.0)
    exact = scores.exp().sum()
    shared = generator()
    draws = [draw_candidates(KNOWN, 3, shared) for _ in range(2000)]
    sampled = [(scores[draw.items - 1] + draw.correction).exp().sum() for draw in draws]
    assert math.isclose(torch.stack(sampled).mean(), exact, rel_tol=0.05)


def test_the_sampled_loss_leaves_the_target_out_of_its_negatives():
    model = model_of()
    candidates = draw_candidates(KNOWN, 5, generator())
    vectors = model.items(torch.arange(ITEMS))
    users = model.users(vectors[BATCH.events], BATCH.time_gaps, BATCH.feedback)
    logits = users @ torch.nn.functional.normalize(vectors, dim=-1).T
    expected = torch.zeros(())
    for row, place in (BATCH.targets != IGNORE_INDEX).nonzero().tolist():
        target = int(BATCH.targets[row, place])
        others = [item for item in candidates.items.tolist() if item != target]
        negatives = logits[row, place, others] + candidates.correction
        own = logits[row, place, target]
        expected = expected + torch.logsumexp(torch.cat([own[None], negatives]), 0) - own
    torch.testing.assert_close(softmax_loss(model, BATCH, candidates, generator()), expected)


def test_an_untouched_item_has_no_vector_of_its_own():
    model = model_of()
    with torch.no_grad():
        model.items.residual.weight += 1.0
        projected = model.items.projection(TEXT)
        vectors = model.items(torch.arange(ITEMS))
    assert torch.equal(vectors[0], projected[0])
    assert not torch.allclose(vectors[1], projected[1])


@pytest.mark.parametrize("sparse_gradient", [False, True])
def test_in_training_some_residuals_are_left_out_whole(sparse_gradient):
    model = model_of(sparse_gradient, residual_dropout=0.5).train()
    with torch.no_grad():
        own = model.items(KNOWN, generator()) - model.items.projection(TEXT[KNOWN])
    left_out = (own.abs() < 1e-6).all(1)
    assert 0 < left_out.sum() < len(KNOWN)
    assert (own[~left_out].abs() > 1e-6).any(1).all()


@pytest.mark.parametrize("sparse_gradient", [False, True])
def test_the_same_residuals_are_left_out_whatever_other_items_a_worker_has(sparse_gradient):
    model = model_of(sparse_gradient, residual_dropout=0.5).train()
    some = torch.tensor([1, 3, 4])
    torch.testing.assert_close(model.items(KNOWN, generator())[some], model.items(KNOWN[some], generator()))


def test_residuals_are_left_out_as_often_as_asked_and_others_in_the_next_step():
    items, shared = torch.arange(20_000), generator()
    first, second = (_hashed_draws(items, shared) < 0.2 for _ in range(2))
    assert math.isclose(first.double().mean(), 0.2, abs_tol=0.01)
    assert math.isclose((first & second).double().mean(), 0.04, abs_tol=0.01)


def test_a_model_by_id_only_ignores_the_text():
    model = model_of(use_text=False)
    assert torch.equal(model.items(KNOWN), model.items.residual(KNOWN))


@pytest.mark.parametrize("negatives", [0, 4])
def test_a_dislike_is_to_come_behind_what_was_taken_next(negatives):
    model, candidates = model_of(), draw_candidates(KNOWN, negatives, generator())
    disliked = BATCH._replace(disliked=torch.tensor([[NO_ITEM, 5, NO_ITEM], [NO_ITEM, NO_ITEM, 2]]))
    without = softmax_loss(model, BATCH, candidates, generator())
    twice = softmax_loss(model, disliked, candidates, generator(), dislike_weight=2.0)
    # Of the second user's last place nothing is learned, for nothing follows it.
    vectors = torch.nn.functional.normalize(model.items(torch.arange(ITEMS)), dim=-1)
    user = model.users(model.items(torch.arange(ITEMS))[BATCH.events], BATCH.time_gaps, BATCH.feedback)[0, 1]
    expected = -2 * torch.log(torch.sigmoid(user @ (vectors[3] - vectors[5])))
    torch.testing.assert_close(twice - without, expected)
