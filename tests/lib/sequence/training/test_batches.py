import itertools

import numpy as np
import pyarrow as pa
import pytest
import torch

from palate.data.histories import Dislikes, Histories
from palate.schema import NO_ITEM
from palate.sequence import IGNORE_INDEX, epoch_batches

NOTHING_HIDDEN = np.zeros(12, np.bool_)


def epoch(tiny, hidden=NOTHING_HIDDEN, max_events=8, tokens=16, seed=0, copies=1):
    return list(epoch_batches([lambda: tiny.histories] * copies, hidden, max_events, tokens, seed))


def transitions(batches):
    """Every (event, next event) that is learned from, sorted."""
    found = [
        (int(event), int(target))
        for batch in batches
        for event, target in zip(batch.events.flatten(), batch.targets.flatten(), strict=True)
        if target != IGNORE_INDEX
    ]
    return sorted(found)


def expected_transitions(histories):
    trains = (history.items.tolist() for history in histories.trains())
    return sorted(pair for items in trains for pair in itertools.pairwise(items))


def test_every_training_event_but_the_first_is_a_target_once(tiny):
    assert transitions(epoch(tiny)) == expected_transitions(tiny.histories)


def test_histories_cut_into_pieces_lose_no_target(tiny):
    assert transitions(epoch(tiny, max_events=1)) == expected_transitions(tiny.histories)


def test_no_batch_is_larger_than_asked_for(tiny):
    assert max(batch.events.numel() for batch in epoch(tiny, tokens=10, copies=3)) <= 10


def test_validation_and_test_events_are_not_learned_from(tiny):
    assert all(batch.events.shape[1] == 2 for batch in epoch(tiny))


def test_hidden_items_are_nowhere(tiny):
    hidden = NOTHING_HIDDEN.copy()
    hidden[[2, 7]] = True
    found = transitions(epoch(tiny, hidden))
    assert found
    assert not {item for pair in found for item in pair} & {2, 7}


def test_the_seed_decides_the_order(tiny):
    first, same, other = (epoch(tiny, seed=seed) for seed in (3, 3, 4))
    assert all(torch.equal(a.events, b.events) for a, b in zip(first, same, strict=True))
    assert not all(torch.equal(a.events, b.events) for a, b in zip(first, other, strict=True))


def test_the_workers_shares_make_up_the_batch(tiny):
    for batch in epoch(tiny, tokens=14):
        shares = [batch.share(rank, 3) for rank in range(3)]
        assert transitions(shares) == transitions([batch])


def test_a_worker_without_users_gets_one_without_targets(tiny):
    batch = epoch(tiny, tokens=2)[0]
    share = batch.share(1, 2)
    assert share.events.shape == (1, 2)
    assert (share.targets == IGNORE_INDEX).all()


@pytest.mark.parametrize(("after", "place"), [(0, None), (1, 0), (2, 1), (3, 1), (4, None)])
def test_a_dislike_stands_after_the_event_that_it_followed(after, place):
    # Three training events and one held out. What came before the first or after the last teaches nothing,
    # and from the last training event, which is a target only, no state follows.
    block = Histories(
        users=pa.array(["a"]),
        offsets=np.array([0, 4]),
        items=np.arange(4, dtype=np.int32),
        times=np.arange(4),
        train_end=np.array([3], np.int32),
        validation_end=np.array([4], np.int32),
        dislikes=Dislikes(np.array([0, 1]), np.array([9], np.int32), np.array([after], np.int32)),
    )
    (batch,) = epoch_batches([lambda: block], NOTHING_HIDDEN, 8, 16, 0)
    expected = [NO_ITEM, NO_ITEM]
    if place is not None:
        expected[place] = 9
    assert batch.disliked.tolist() == [expected]
