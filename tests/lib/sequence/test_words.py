import numpy as np
import torch

from palate.config import SequenceConfig
from palate.sequence.network.item_tower import ItemTower
from palate.sequence.network.words import word_bags

TEXTS = ["Lush red nail", "lush RED polish", "lush blue nail", "lush blue", "odd", "odd odd", "odd blue"]
KNOWN = np.array([1, 1, 1, 1, 0, 0, 1], np.bool_)


def bags():
    return word_bags(TEXTS, KNOWN)


def test_only_words_of_enough_known_items_are_kept():
    # "lush" stands in four known items and "blue" in three; "odd" in three items, of which one is known.
    assert bags().vocabulary == 2


def test_the_words_of_an_item_have_unit_length_and_a_rarer_one_weighs_more():
    found = bags()
    first, end = found.starts[2:4].tolist()
    weights = dict(zip(found.words[first:end].tolist(), found.weights[first:end].tolist(), strict=True))
    assert np.isclose(np.linalg.norm(list(weights.values())), 1)
    assert weights[0] > weights[1]  # blue, lush


def test_entries_of_some_items_are_theirs_in_any_order():
    found = bags()
    entries, begins = found.entries(torch.tensor([6, 4, 2]))
    assert found.words[entries].tolist() == [0, 1, 0] or found.words[entries].tolist() == [0, 0, 1]
    assert begins.tolist() == [0, 1, 1]


def test_an_item_has_the_weighted_sum_of_its_words():
    torch.manual_seed(0)
    settings = SequenceConfig(width=4, use_text=False, use_ids=False)
    tower = ItemTower(torch.zeros(7, 2), torch.from_numpy(KNOWN), settings, bags())
    found, dense = bags(), torch.zeros(7, 2)
    for item in range(7):
        some = slice(*found.starts[item : item + 2].tolist())
        dense[item, found.words[some]] = found.weights[some]
    expected = dense @ tower.lexicon.vectors.weight
    torch.testing.assert_close(tower(torch.arange(7)), expected)
    torch.testing.assert_close(tower(torch.tensor([5, 2, 2])), expected[[5, 2, 2]])


def test_a_catalogue_without_repeated_words_has_no_vocabulary():
    found = word_bags(["a", "b"], np.ones(2, np.bool_))
    assert (found.vocabulary, len(found.words)) == (0, 0)
