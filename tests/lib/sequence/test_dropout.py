import pytest
import torch

from palate.sequence.network.dropout import ByteDropout


@pytest.mark.parametrize("probability", [0.1, 0.2, 0.5, 0.999])
def test_as_many_are_dropped_as_was_said_and_the_mean_stays(probability):
    torch.manual_seed(0)
    found = ByteDropout(probability)(torch.ones(1000, 1000))
    kept = max(1, 256 - round(256 * probability)) / 256
    assert sorted(found.unique().tolist()) == pytest.approx([0.0, 1 / kept])
    # Three standard errors of a million draws.
    assert abs(float((found > 0).double().mean()) - kept) < 3 * (kept * (1 - kept)) ** 0.5 / 1000


def test_neighbours_are_dropped_by_themselves():
    torch.manual_seed(0)
    dropped = ByteDropout(0.5)(torch.ones(100_000, 8)) == 0
    together = torch.corrcoef(dropped.T.double()) - torch.eye(8)
    assert float(together.abs().max()) < 0.015


def test_the_slope_is_that_of_what_was_kept():
    torch.manual_seed(0)
    numbers = torch.ones(3, 5, 7, requires_grad=True)
    found = ByteDropout(0.3)(numbers)
    found.sum().backward()
    assert found.shape == numbers.shape
    assert torch.equal(numbers.grad, found.detach())


def test_the_same_seed_drops_the_same():
    drop, numbers = ByteDropout(0.2), torch.randn(40, 9)
    first, second = (torch.manual_seed(7) and drop(numbers) for _ in range(2))
    assert torch.equal(first, second)


def test_nothing_is_dropped_outside_training_or_without_a_probability():
    numbers = torch.randn(4, 4)
    assert ByteDropout(0.5).eval()(numbers) is numbers
    assert ByteDropout(0.0)(numbers) is numbers
