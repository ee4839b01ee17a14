import math

import torch

from palate.encode import contrastive_loss

AXES = torch.eye(3)


def loss_of(anchor_items, positive_items, log_popularity, anchors=AXES[:2], positives=AXES[:2]):
    items = torch.tensor(anchor_items), torch.tensor(positive_items)
    return contrastive_loss(anchors, positives, *items, log_popularity, temperature=1.0).item()


def test_loss_is_the_softmax_over_the_positives_of_the_batch():
    expected = -math.log(math.e / (math.e + 1))
    assert math.isclose(loss_of([0, 1], [2, 3], torch.zeros(4)), expected, rel_tol=1e-6)


def test_a_popular_negative_weighs_less():
    log_popularity = torch.log(torch.tensor([0.1, 0.1, 0.1, 0.7]))
    first = -math.log((math.e / 0.1) / (math.e / 0.1 + 1 / 0.7))
    second = -math.log((math.e / 0.7) / (math.e / 0.7 + 1 / 0.1))
    assert math.isclose(loss_of([0, 1], [2, 3], log_popularity), (first + second) / 2, rel_tol=1e-6)


def test_the_same_item_is_never_a_negative():
    assert loss_of([0, 1], [2, 2], torch.zeros(3)) == 0.0
    assert loss_of([0, 1], [1, 0], torch.zeros(2)) == 0.0
