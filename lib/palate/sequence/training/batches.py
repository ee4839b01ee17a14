"""Batches of one epoch: the same global batches, in the same order, for any number of workers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from palate.data.histories import Histories
from palate.sequence.network.feedback import NO_LEVELS, SignalLevels
from palate.sequence.network.time_gaps import gap_buckets
from palate.sequence.training.augment import Augmenter, Integers, Piece

IGNORED = -1
"""Target of a place from which nothing is learned."""

Shards = Sequence[Callable[[], Histories]]
"""Readers of the parts of all users; only a few parts need be in memory at once."""


class Batch(NamedTuple):
    """Histories of like length, and the item that follows each of their events."""

    events: Tensor
    """Catalogue indices or `NOT_SHOWN`, int64 [users, events]; shorter histories are padded at the end."""
    gaps: Tensor
    """What `gap_buckets` gives for each event, int64 [users, events]."""
    signals: Tensor
    """What `SignalLevels.of` gives for each event, int64 [users, events]."""
    targets: Tensor
    """The next item, int64 [users, events]; `IGNORED` where there is none."""

    def share(self, rank: int, world: int) -> Batch:
        """This worker's users; a worker for whom none is left gets one without targets."""
        if rank < len(self.events):
            return Batch(*(part[rank::world] for part in self))
        none = torch.full_like(self.targets[:1], IGNORED)
        return Batch(self.events[:1], self.gaps[:1], self.signals[:1], none)


def epoch_batches(
    shards: Shards,
    hidden: NDArray[np.bool_],
    max_events: int,
    tokens: int,
    seed: int,
    augmenter: Augmenter = Augmenter(),  # noqa: B008  (a constant)
    levels: SignalLevels = NO_LEVELS,
    window: int = 8,
) -> Iterator[Batch]:
    """Every training event once as a target, in batches of at most `tokens` events with padding.

    (A crop of the augmenter leaves some out.)

    Shards are read in a random order, `window` at a time; within a window users are cut into pieces
    of `max_events`, sorted by length, batched, and the batches shuffled. Items in `hidden` (bool
    [items]) are left out. The seed decides all.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(shards))
    for start in range(0, len(order), window):
        pieces: list[Piece] = []
        for shard in order[start : start + window]:
            pieces += _pieces(shards[shard](), hidden, max_events, augmenter, levels, generator)
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
    levels: SignalLevels,
    generator: np.random.Generator,
) -> list[Piece]:
    """Histories in pieces of `max_events` inputs and their targets, cut at a random phase."""
    pieces = []
    for whole in block.trains():
        history = whole.only(~hidden[whole.items])
        columns = history.items, gap_buckets(history.times), levels.of(history)
        last = len(history.items) - 1
        phase = int(generator.integers(1, max_events + 1)) if last > max_events else max_events
        cuts = [0, *range(phase, last, max_events), last]
        spans = itertools.pairwise(cuts)
        pieces += [
            augmenter.read(generator, *(column[start : end + 1] for column in columns))
            for start, end in spans
            if end > start
        ]
    return pieces


def _groups(pieces: list[Piece], tokens: int, generator: np.random.Generator) -> Iterator[list[Piece]]:
    """Pieces of like length together, as many as fit."""
    noise = generator.uniform(1.0, 1.1, len(pieces))
    lengths = np.array([len(piece.events) + 1 for piece in pieces])
    group: list[Piece] = []
    longest = 0
    for index in np.argsort(lengths * noise, kind="stable"):
        longest = max(longest, lengths[index])
        if group and (len(group) + 1) * longest > tokens:
            yield group
            group, longest = [], lengths[index]
        group.append(pieces[index])
    if group:
        yield group


def _batch(pieces: list[Piece]) -> Batch:
    return Batch(
        events=pad([piece.events for piece in pieces], 0),
        gaps=pad([piece.gaps for piece in pieces], 0),
        signals=pad([piece.signals for piece in pieces], 0),
        targets=pad([piece.targets for piece in pieces], IGNORED),
    )
