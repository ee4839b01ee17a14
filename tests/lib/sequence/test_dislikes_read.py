"""The sequence model reads what somebody turned against, and nothing changes where nobody did."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import torch
from hypothesis import given
from hypothesis import strategies as st

from palate.config import SequenceConfig
from palate.data.histories import DislikedItems, Dislikes, Histories, History
from palate.schema import NO_ITEM
from palate.sequence import (
    IGNORE_INDEX,
    Transformer,
    all_item_vectors,
    epoch_batches,
    load_sequence,
    save_sequence,
)
from palate.sequence.network.dislikes import with_dislikes
from palate.sequence.training.trainer import SequenceTrainer
from palate.sequence.training.warm_start import begin_from
from palate.storage import Folder

ITEMS = 8
NOTHING_HIDDEN = np.zeros(ITEMS, np.bool_)
START, FIRST, SECOND, AFTER_FIRST, AFTER_SECOND = 0, 1, 2, 3, 4
"""Whoever takes the first goes on with what comes after it; whoever turned against it, with the other."""


def person(items: list[int], disliked: list[int] | None = None, after: list[int] | None = None) -> History:
    """Somebody with these events and dislikes."""
    turned = DislikedItems(np.array(disliked or [], np.int32), np.array(after or [], np.int32))
    times = np.arange(len(items), dtype=np.int64)
    return History(np.array(items, np.int32), times, disliked=turned if disliked else None)


PEOPLE = [
    person([START, FIRST, AFTER_FIRST]),
    person([START, SECOND, AFTER_SECOND]),
    person([START, AFTER_SECOND], [FIRST], [1]),
    person([START, AFTER_FIRST], [SECOND], [1]),
]


def block_of(people: list[History]) -> Histories:
    ends = np.array([len(one.items) for one in people], np.int32)
    turned = [one.disliked or DislikedItems(*np.zeros((2, 0), np.int32)) for one in people]
    return Histories(
        users=pa.array([str(user) for user in range(len(people))]),
        offsets=np.concatenate([[0], np.cumsum(ends)]).astype(np.int64),
        items=np.concatenate([one.items for one in people]),
        times=np.concatenate([one.times for one in people]),
        train_end=ends,
        validation_end=ends,
        dislikes=Dislikes(
            np.concatenate([[0], np.cumsum([len(one.items) for one in turned])]).astype(np.int64),
            np.concatenate([one.items for one in turned]),
            np.concatenate([one.after for one in turned]),
        ),
    )


def trainer_of(reads: bool) -> SequenceTrainer:
    shape = {"width": 16, "layers": 1, "max_events": 8, "learning_rate": 0.02, "dropout": 0}
    settings = SequenceConfig.model_validate({**shape, "average_decay": 0.5, "dislike_weight": 0})
    text = torch.nn.functional.normalize(
        torch.randn(ITEMS, 6, generator=torch.Generator().manual_seed(1)), dim=-1
    )
    known = torch.ones(ITEMS, dtype=torch.bool)
    return SequenceTrainer(text, known, settings, 0, torch.device("cpu"), reads_dislikes=reads)


def trained(reads: bool, people: list[History], epochs: int) -> SequenceTrainer:
    trainer, block = trainer_of(reads), block_of(people)
    for epoch in range(epochs):
        batches = epoch_batches([lambda: block], NOTHING_HIDDEN, 8, 64, epoch, dislikes_as_input=reads)
        for batch in batches:
            trainer.step(batch)
    return trainer


def scorer_of(trainer: SequenceTrainer) -> Transformer:
    return Transformer(trainer.averaged.users, all_item_vectors(trainer.averaged), 8)


def margins(scorer: Transformer) -> list[float]:
    """How far the right one of two items is ahead after a dislike of the first, and of the second."""
    scores = scorer.scores([person([START], [FIRST], [1]), person([START], [SECOND], [1])])
    differences = scores[:, AFTER_SECOND] - scores[:, AFTER_FIRST]
    return [float(differences[0]), float(-differences[1])]


def test_what_somebody_turned_against_says_what_they_take_next() -> None:
    people = PEOPLE * 8
    assert min(margins(scorer_of(trained(reads=True, people=people, epochs=60)))) > 1
    blind = margins(scorer_of(trained(reads=False, people=people, epochs=3)))
    assert np.isclose(
        sum(blind), 0, atol=1e-4
    )  # of both the same: what is right for one is wrong for the other


def test_a_model_that_may_read_dislikes_begins_as_one_that_does_not_and_learns_nothing_without_any() -> None:
    people = [one._replace(disliked=None) for one in PEOPLE]
    plain, reading = (trained(reads, people, epochs=0).model.state_dict() for reads in (False, True))
    assert not reading.pop("users.dislike").any()
    assert list(plain) == list(reading)
    assert all(torch.equal(plain[name], reading[name]) for name in plain)
    assert not trained(reads=True, people=people, epochs=3).model.state_dict()["users.dislike"].any()


def test_a_model_that_reads_dislikes_is_stored_and_an_earlier_one_opens_and_is_gone_on_from(tmp_path) -> None:
    for reads in (True, False):
        folder, trainer = Folder(str(tmp_path / str(reads))), trained(reads, PEOPLE, epochs=2)
        save_sequence(folder, trainer.averaged, trainer.settings, {})
        stored = load_sequence(folder)
        assert isinstance(stored, Transformer)
        np.testing.assert_allclose(stored.scores(PEOPLE), scorer_of(trainer).scores(PEOPLE), rtol=1e-6)
    later = trainer_of(reads=True)
    begin_from(later.model, stored, all_item_vectors(trainer.averaged))
    assert not later.model.users.state_dict()["dislike"].any()


def test_in_training_a_dislike_is_an_input_and_never_a_target() -> None:
    one = person([0, 1, 2, 3], [5, 6, 7, 4], [0, 2, 2, 3])
    (batch,) = epoch_batches([lambda: block_of([one])], NOTHING_HIDDEN, 8, 64, 0, dislikes_as_input=True)
    # The first came before any event, and what came after the last but one stands behind it.
    assert batch.events.tolist() == [[0, 1, 6, 7, 2, 4]]
    assert batch.against.tolist() == [[0, 0, 1, 1, 0, 1]]
    assert batch.targets.tolist() == [[1, 2, IGNORE_INDEX, 2, 3, 3]]
    assert batch.disliked.tolist() == [[NO_ITEM, 7, NO_ITEM, NO_ITEM, 4, NO_ITEM]]


events = st.lists(st.integers(0, 7), min_size=1, max_size=12)


@given(events, st.lists(st.tuples(st.integers(0, 7), st.integers(0, 12)), max_size=6), st.data())
def test_dislikes_keep_their_places_whatever_is_left_out(
    items: list[int], turned: list[tuple[int, int]], data: st.DataObject
) -> None:
    placed = sorted((min(after, len(items)), item) for item, after in turned)
    one = person(items, [item for _, item in placed], [after for after, _ in placed])
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(items), max_size=len(items))))
    left = one.only(kept)
    marked = [(item, False, place) for place, item in enumerate(items) if kept[place]]
    marked += [(item, True, after - 0.5) for after, item in placed if kept[:after].any()]
    expected = [(item, against) for item, against, _ in sorted(marked, key=lambda event: event[2])]
    nothing = np.zeros(len(left.items), np.int32)
    read = with_dislikes(left.items, nothing, nothing, left.disliked)
    assert list(zip(read.items.tolist(), read.against.astype(bool).tolist(), strict=True)) == expected
