import numpy as np

from palate.encode import batches, sample_pairs

NOTHING_HIDDEN = np.zeros(12, np.bool_)


def test_pairs_are_training_neighbours_within_the_window(tiny):
    pairs = sample_pairs([tiny.histories], 500, 1, NOTHING_HIDDEN, seed=0)
    assert len(pairs.anchors) == 500
    # Everybody goes round a circle of six, so the next film is the next number.
    kind, place = pairs.anchors // 6, pairs.anchors % 6
    assert np.array_equal(pairs.positives, kind * 6 + (place + 1) % 6)


def test_a_wider_window_reaches_further(tiny):
    pairs = sample_pairs([tiny.histories], 500, 2, NOTHING_HIDDEN, seed=0)
    assert set((pairs.positives - pairs.anchors) % 6) == {1, 2}


def test_hidden_items_are_in_no_pair(tiny):
    hidden = NOTHING_HIDDEN.copy()
    hidden[[1, 8]] = True
    pairs = sample_pairs([tiny.histories], 500, 2, hidden, seed=0)
    assert not hidden[pairs.anchors].any()
    assert not hidden[pairs.positives].any()


def test_the_seed_decides_the_pairs(tiny):
    first, same, other = (sample_pairs([tiny.histories], 50, 2, NOTHING_HIDDEN, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_events_of_every_block_are_drawn_alike(tiny):
    pairs = sample_pairs([tiny.histories] * 4, 4000, 1, NOTHING_HIDDEN, seed=0)
    counts = np.bincount(pairs.anchors, minlength=12)
    assert counts.min() > 0.6 * counts.mean()


def test_batches_begin_again_where_the_pairs_end(tiny):
    pairs = sample_pairs([tiny.histories], 5, 1, NOTHING_HIDDEN, seed=0)
    second = list(batches(pairs, 4, 1, 2))
    assert np.array_equal(second[0].anchors, pairs.anchors[[4, 0, 1, 2]])


def test_without_pairs_there_are_no_batches(tiny):
    pairs = sample_pairs([tiny.histories], 5, 1, np.ones(12, np.bool_), seed=0)
    assert list(batches(pairs, 4, 0, 3)) == []
