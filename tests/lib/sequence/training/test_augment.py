import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.sequence import MASKED, Augmenter

histories = st.lists(st.integers(0, 50), min_size=2, max_size=20).map(lambda items: np.array(items, np.int32))
seeds = st.integers(0, 2**32)


def read(kind, items, seed, share=1.0):
    places = np.arange(len(items), dtype=np.int32)
    generator = np.random.default_rng(seed)
    augmenter = Augmenter([kind], share)
    return augmenter.read(generator, items, time_gaps=places, feedback=places, disliked=places, places=places)


@given(histories, seeds)
def test_a_crop_is_a_part_of_the_history(items, seed):
    piece = read("crop", items, seed)
    kept = len(piece.targets) + 1
    start = int(piece.time_gaps[0])
    assert kept == max(2, np.ceil(0.6 * len(items)))
    assert [*piece.events, piece.targets[-1]] == items[start : start + kept].tolist()
    assert piece.targets[:-1].tolist() == piece.events[1:].tolist()
    assert piece.disliked.tolist() == piece.places.tolist() == piece.time_gaps.tolist()


@given(histories, seeds)
def test_a_mask_hides_events_but_no_targets(items, seed):
    piece = read("mask", items, seed)
    shown = piece.events != MASKED
    assert piece.targets.tolist() == items[1:].tolist()
    assert piece.events[shown].tolist() == items[:-1][shown].tolist()


@given(histories, seeds)
def test_a_reordering_has_the_same_items(items, seed):
    piece = read("reorder", items, seed)
    assert sorted([piece.events[0], *piece.targets]) == sorted(items)
    assert piece.targets[:-1].tolist() == piece.events[1:].tolist()
    assert piece.events.tolist() == items[piece.feedback].tolist()
    assert piece.time_gaps.tolist() == list(range(len(items) - 1))


@given(histories, seeds)
def test_a_share_of_the_histories_stays_as_it_is(items, seed):
    generator, augmenter = np.random.default_rng(seed), Augmenter(["mask"], 1e-9)
    nothing = np.zeros(len(items), np.int32)
    piece = augmenter.read(
        generator, items, time_gaps=nothing, feedback=nothing, disliked=nothing, places=nothing
    )
    assert [*piece.events, piece.targets[-1]] == items.tolist()


@pytest.mark.parametrize(("kind", "changed"), [("mask", 300), ("reorder", 550)])
def test_so_many_events_are_changed(kind, changed):
    items = np.arange(1001, dtype=np.int32)
    assert (read(kind, items, 0).events != items[:-1]).sum() == pytest.approx(changed, abs=60)
