import pytest
import torch

from palate.config import SequenceConfig
from palate.sequence.network.layers import LAYERS

SETTINGS = SequenceConfig(width=8, heads=2, max_events=6, dropout=0.0)


@pytest.fixture(params=sorted(LAYERS))
def layer(request):
    torch.manual_seed(0)
    made = LAYERS[request.param](SETTINGS)
    for weight in made.parameters():  # biases that start at zero would hide what they do
        torch.nn.init.normal_(weight, std=0.5)
    return made.eval()


def events():
    return torch.randn(3, 6, 8, generator=torch.Generator().manual_seed(1))


def test_no_event_hears_of_a_later_one(layer):
    before, changed = events(), events()
    changed[:, 4:] = 7.0
    assert torch.allclose(layer(before)[:, :4], layer(changed)[:, :4], atol=1e-6)


def test_every_event_hears_of_the_earlier_ones(layer):
    before, changed = events(), events()
    changed[:, 0] = 7.0
    differs = (layer(before) - layer(changed)).abs().amax(-1) > 1e-6
    assert differs.all()


def test_a_shorter_history_gives_the_same(layer):
    assert torch.allclose(layer(events())[:, :4], layer(events()[:, :4]), atol=1e-6)


def test_everything_in_it_is_learned(layer):
    layer(events()).square().sum().backward()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in layer.parameters())
