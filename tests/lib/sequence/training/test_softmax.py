import pytest
import torch
import torch.nn.functional as F

from palate.sequence.training.softmax import PLACES_AT_ONCE, DistillationTarget, full_softmax_loss


def material(places):
    shared = torch.Generator().manual_seed(0)
    users = torch.randn(places, 4, generator=shared, dtype=torch.float64).requires_grad_()
    vectors = torch.randn(7, 4, generator=shared, dtype=torch.float64).requires_grad_()
    return users, vectors, torch.randint(7, (places,), generator=shared)


@pytest.mark.parametrize("places", [1, PLACES_AT_ONCE, PLACES_AT_ONCE + 1, 2 * PLACES_AT_ONCE + 5])
def test_loss_and_gradients_are_those_of_the_whole_matrix(places):
    users, vectors, targets = material(places)
    expected = F.cross_entropy(users @ vectors.T, targets, reduction="sum")
    slopes = torch.autograd.grad(expected, (users, vectors))
    loss = full_softmax_loss(users, vectors, targets)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, (users, vectors)), slopes)


@pytest.mark.parametrize("share", [0.3, 1.0])
@pytest.mark.parametrize("places", [1, PLACES_AT_ONCE + 1])
def test_a_distillation_target_counts_by_its_share(places, share):
    users, vectors, targets = material(places)
    teacher, known = torch.randn(places, 3).double(), torch.randn(7, 3).double()
    mixed = (1 - share) * F.one_hot(targets, 7) + share * (teacher @ known.T).softmax(1)
    expected = F.cross_entropy(users @ vectors.T, mixed, reduction="sum")
    slopes = torch.autograd.grad(expected, (users, vectors))
    loss = full_softmax_loss(users, vectors, targets, DistillationTarget(teacher, known, share))
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, (users, vectors)), slopes)


def test_large_logits_do_not_overflow():
    users = torch.tensor([[1000.0]], requires_grad=True)
    loss = full_softmax_loss(users, torch.tensor([[1.0], [-1.0]]), torch.tensor([1]))
    assert loss.item() == 2000.0


def test_the_slope_is_multiplied_by_what_follows():
    users, vectors, targets = material(3)
    (full_softmax_loss(users, vectors, targets) / 2).backward()
    halved = users.grad.clone()
    users.grad = None
    full_softmax_loss(users, vectors, targets).backward()
    torch.testing.assert_close(halved, users.grad / 2)
