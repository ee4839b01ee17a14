"""Length-bucketed batches of one epoch: the same global batches, in one order, for any number of workers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from palate.data.histories import DislikedItems, Histories
from palate.schema import NO_ITEM
from palate.sequence.network.feedback import NO_FEEDBACK_BUCKETS, FeedbackBuckets
from palate.sequence.network.time_gaps import time_gap_buckets
from palate.sequence.training.augment import Augmenter, Integers, TrainingSequence

IGNORE_INDEX = -1
"""Target of a place from which nothing is learned."""

WINDOW = 50_000
"""Pieces of histories among which batches are made: some hundred megabytes, and seconds to cut."""

Shards = Sequence[Callable[[], Histories]]
"""Readers of the parts of all users; only a few parts need be in memory at once."""


class SequenceBatch(NamedTuple):
    """Histories of like length, and the item that follows each of their events."""

    events: Tensor
    """Catalogue indices or `MASKED`, int64 [users, events]; shorter histories are padded at the end."""
    time_gaps: Tensor
    """What `time_gap_buckets` gives for each event, int64 [users, events]."""
    feedback: Tensor
    """What `FeedbackBuckets.of` gives for each event, int64 [users, events]."""
    targets: Tensor
    """The next item, int64 [users, events]; `IGNORE_INDEX` where there is none."""
    disliked: Tensor
    """An item that the user turned against after the event, int64 [users, events]; `NO_ITEM` for none."""
    against: Tensor
    """1 for an event against its item, 0 for any other, int64 [users, events]."""

    def share(self, rank: int, world: int) -> SequenceBatch:
        """This worker's users; a worker for whom none is left gets one without targets."""
        if rank < len(self.events):
            return SequenceBatch(*(part[rank::world] for part in self))
        none = torch.full_like(self.targets[:1], IGNORE_INDEX)
        nothing = torch.full_like(self.disliked[:1], NO_ITEM)
        return self._replace(
            events=self.events[:1],
            time_gaps=self.time_gaps[:1],
            feedback=self.feedback[:1],
            targets=none,
            disliked=nothing,
            against=self.against[:1],
        )


def epoch_batches(
    shards: Shards,
    hidden: NDArray[np.bool_],
    max_events: int,
    tokens: int,
    seed: int,
    augmenter: Augmenter = Augmenter(),  # noqa: B008  (a constant)
    feedback_buckets: FeedbackBuckets = NO_FEEDBACK_BUCKETS,
    dislikes_as_input: bool = False,
    window: int = WINDOW,
) -> Iterator[SequenceBatch]:
    """Every training event once as a target, in batches of at most `tokens` events with padding.

    (A crop of the augmenter leaves some out.)

    Shards are read in a random order, their users cut into pieces of `max_events`; of each `window` or more
    pieces those of like length are batched, and the batches shuffled. Items in `hidden` (bool [items]) are
    left out. The seed decides all.
    """
    generator = np.random.default_rng(seed)
    cut = partial(_pieces, hidden=hidden, max_events=max_events, augmenter=augmenter, generator=generator)
    pieces: list[TrainingSequence] = []
    for shard in generator.permutation(len(shards)):
        pieces += cut(shards[shard](), feedback_buckets=feedback_buckets, dislikes_as_input=dislikes_as_input)
        if len(pieces) >= window:
            yield from _shuffled(pieces, tokens, generator)
            pieces = []
    yield from _shuffled(pieces, tokens, generator)


def _shuffled(
    pieces: list[TrainingSequence], tokens: int, generator: np.random.Generator
) -> Iterator[SequenceBatch]:
    groups = list(_groups(pieces, tokens, generator))
    for group in generator.permutation(len(groups)):
        yield _batch(groups[group])


def pad(sequences: Sequence[Integers], fill: int) -> Tensor:
    """Int64 [sequences, longest], filled up at the ends."""
    longest = max((len(sequence) for sequence in sequences), default=0)
    padded = np.full((len(sequences), max(longest, 1)), fill, np.int64)
    for row, sequence in enumerate(sequences):
        padded[row, : len(sequence)] = sequence
    return torch.from_numpy(padded)


def _pieces(
    block: Histories,
    hidden: NDArray[np.bool_],
    max_events: int,
    augmenter: Augmenter,
    feedback_buckets: FeedbackBuckets,
    dislikes_as_input: bool,
    generator: np.random.Generator,
) -> list[TrainingSequence]:
    """Histories in pieces of `max_events` inputs and their targets, cut at a random phase."""
    pieces = []
    for user, whole in enumerate(block.trains()):
        shown = ~hidden[whole.items]
        history, disliked = whole.of_items(~hidden), _disliked(block, user, shown, hidden)
        places = np.arange(len(history.items), dtype=np.int32)
        items, time_gaps = history.items, time_gap_buckets(history.times)
        feedback = feedback_buckets.of(history)
        # The last event is a target only. A long history is cut elsewhere in each epoch, so that no event
        # always comes first in its piece.
        last = len(items) - 1
        phase = int(generator.integers(1, max_events + 1)) if last > max_events else max_events
        cuts = [0, *range(phase, last, max_events), last]
        for start, end in itertools.pairwise(cuts):
            if end > start:
                events = slice(start, end + 1)
                piece = augmenter.read(
                    generator,
                    items[events],
                    time_gaps=time_gaps[events],
                    feedback=feedback[events],
                    disliked=disliked[events],
                    places=places[events],
                )
                refused = history.disliked if dislikes_as_input else None
                pieces.append(_with_dislikes(piece, refused, max_events))
    return pieces


def _disliked(block: Histories, user: int, shown: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> Integers:
    """An item that the user turned against after each shown training event, `NO_ITEM` for none, [events].

    Of several after one event the last counts. The last event is only a target, from which no state of the
    user follows: what was disliked after it is held against the one before.
    """
    disliked = np.full(int(shown.sum()), NO_ITEM, np.int32)
    items, after = block.train_dislikes(user)
    if not len(items):
        return disliked
    # Events of the shown history before each dislike; before the first event there is no state either.
    before = np.concatenate([[0], np.cumsum(shown)])[after]
    place = np.minimum(before, len(disliked) - 1) - 1
    known = (place >= 0) & ~hidden[items]
    disliked[place[known]] = items[known]
    return disliked


def _with_dislikes(
    piece: TrainingSequence, disliked: DislikedItems | None, max_events: int
) -> TrainingSequence:
    """The piece with what was turned against behind the events that it came after, as input alone.

    The last of several tells what was taken next, as the event itself does: a taste is learned with the
    dislikes and without them. What is then more than `max_events` is cut off at the beginning.
    """
    if disliked is None:
        return piece
    # Each dislike stands behind the event at this place of the piece.
    behind = disliked.after - 1 - piece.places[0]
    known = (behind >= 0) & (behind < len(piece.events))
    if not known.any():
        return piece
    behind, items = behind[known], disliked.items[known]
    is_last = np.append(np.diff(behind) > 0, True)
    put = {
        "events": items,
        "targets": np.where(is_last, piece.targets[behind], IGNORE_INDEX),
        "disliked": NO_ITEM,
        "against": 1,
        "places": piece.places[behind],
    }
    columns = {
        name: np.insert(column, behind + 1, put.get(name, 0)).astype(np.int32)[-max_events:]
        for name, column in piece._asdict().items()
    }
    return TrainingSequence(**columns)


def _groups(
    pieces: list[TrainingSequence], tokens: int, generator: np.random.Generator
) -> Iterator[list[TrainingSequence]]:
    """Pieces of like length together, as many as fit."""
    # Sorted by a length with noise, a group's members differ from epoch to epoch.
    noise = generator.uniform(1.0, 1.1, len(pieces))
    lengths = np.array([len(piece.events) + 1 for piece in pieces])
    group: list[TrainingSequence] = []
    longest = 0
    for index in np.argsort(lengths * noise, kind="stable"):
        # With padding a group takes its longest times its number.
        longest = max(longest, lengths[index])
        if group and (len(group) + 1) * longest > tokens:
            yield group
            group, longest = [], lengths[index]
        group.append(pieces[index])
    if group:
        yield group


def _batch(pieces: list[TrainingSequence]) -> SequenceBatch:
    return SequenceBatch(
        events=pad([piece.events for piece in pieces], 0),
        time_gaps=pad([piece.time_gaps for piece in pieces], 0),
        feedback=pad([piece.feedback for piece in pieces], 0),
        targets=pad([piece.targets for piece in pieces], IGNORE_INDEX),
        disliked=pad([piece.disliked for piece in pieces], NO_ITEM),
        against=pad([piece.against for piece in pieces], 0),
    )
