import torch

from palate.sequence.cold_start import blend_cold_items

TEXT = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.2, 1.0]]), dim=-1)
VECTORS = torch.tensor([[4.0, 0.0], [0.0, 2.0], [0.0, 6.0], [1.0, 1.0]])


def test_a_newcomer_moves_half_way_to_its_neighbours():
    known = torch.tensor([False, True, True, False])
    found = blend_cold_items(VECTORS, TEXT, known)
    # Both known items are as near, so their mean (0, 4) is lent.
    torch.testing.assert_close(found, torch.tensor([[2.0, 2.0], [0.0, 2.0], [0.0, 6.0], [0.5, 2.5]]))


def test_the_nearest_counts_most():
    known = torch.tensor([True, True, False, False])
    found = blend_cold_items(VECTORS, TEXT, known)
    torch.testing.assert_close(found[2], torch.tensor([0.0, 4.0]), atol=1e-3, rtol=0)


def test_known_items_keep_their_vectors():
    for known in (torch.ones(4, dtype=torch.bool), torch.zeros(4, dtype=torch.bool)):
        assert torch.equal(blend_cold_items(VECTORS, TEXT, known), VECTORS)
