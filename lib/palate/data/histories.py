"""User histories (interactions) as flat arrays: a block of users, all their events, and each split's end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.schema import (
    DEFAULT_KIND,
    DEFAULT_VALUE,
    DISLIKED,
    DISLIKED_AFTER,
    HISTORIES_SCHEMA,
    ITEMS,
    KINDS,
    TIMES,
    TRAIN_END,
    USER,
    VALIDATION_END,
    VALUES,
)

Part = Literal["validation", "test"]


class Feedback(NamedTuple):
    """What an event says beyond its item."""

    kind: str
    value: float


class DislikedItems(NamedTuple):
    """What one user turned against, in the order of time."""

    items: NDArray[np.int32]
    """Catalogue indices, shape [dislikes]."""
    after: NDArray[np.int32]
    """How many events of the history came before, rising, shape [dislikes]."""

    def among(self, kept: NDArray[np.bool_]) -> DislikedItems:
        """The same in a history of which only the events in `kept`, bool [events], are left."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return DislikedItems(self.items, before[self.after].astype(np.int32))


class History(NamedTuple):
    """What one user did, oldest first."""

    items: NDArray[np.int32]
    """Catalogue indices, shape [events]."""
    times: NDArray[np.int64]
    """Seconds, shape [events]."""
    kinds: NDArray[np.str_] | None = None
    """Kind of each event, shape [events]; None where nothing is known of kinds and values."""
    values: NDArray[np.float32] | None = None
    """Value of each event, shape [events], or None."""
    disliked: DislikedItems | None = None
    """What they turned against between the events; None where nothing is known of that."""

    @property
    def feedback(self) -> list[Feedback]:
        """Kind and value of each event."""
        kinds, values = self.kinds_and_values()
        return [Feedback(*feedback) for feedback in zip(kinds.tolist(), values.tolist(), strict=True)]

    def kinds_and_values(self) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
        """Kinds and values; the usual ones where nothing is known of them."""
        kinds = np.full(len(self.items), DEFAULT_KIND) if self.kinds is None else self.kinds
        values = np.full(len(self.items), DEFAULT_VALUE, np.float32) if self.values is None else self.values
        return kinds, values

    def only(self, events: slice | NDArray[np.bool_ | np.int64]) -> History:
        """These events alone, in their order."""
        kinds = None if self.kinds is None else self.kinds[events]
        values = None if self.values is None else self.values[events]
        disliked = None
        if self.disliked is not None:
            kept = np.zeros(len(self.items), np.bool_)
            kept[events] = True
            disliked = self.disliked.among(kept)
        return History(self.items[events], self.times[events], kinds, values, disliked=disliked)

    def of_items(self, exist: NDArray[np.bool_]) -> History:
        """The events with items that exist, bool [items]; what does not was not turned against either."""
        left = self.only(exist[self.items])
        if left.disliked is None:
            return left
        items, after = left.disliked
        return left._replace(disliked=DislikedItems(items[exist[items]], after[exist[items]]))

    def followed_by(self, later: History) -> History:
        """All events of both. Times never fall: an event that was sent late counts from the one before it."""
        kinds, values = self.kinds_and_values()
        later_kinds, later_values = later.kinds_and_values()
        return History(
            np.concatenate((self.items, later.items)),
            np.maximum.accumulate(np.concatenate((self.times, later.times))),
            np.concatenate((kinds, later_kinds)),
            np.concatenate((values, later_values)),
            disliked=_both(self.disliked, later.disliked, len(self.items)),
        )


class Dislikes(NamedTuple):
    """What users turned against, in the order of time; those of user `u` are `offsets[u]:offsets[u + 1]`."""

    offsets: NDArray[np.int64]
    """Shape [users + 1]."""
    items: NDArray[np.int32]
    """Catalogue indices, shape [dislikes]."""
    after: NDArray[np.int32]
    """How many events of the history came before, shape [dislikes]."""

    @classmethod
    def none(cls, users: int) -> Dislikes:
        """Nobody turned against anything."""
        return cls(np.zeros(users + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))

    def of(self, user: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """One user's `items` and `after`."""
        mine = slice(int(self.offsets[user]), int(self.offsets[user + 1]))
        return self.items[mine], self.after[mine]


EMPTY_HISTORY = History(np.zeros(0, np.int32), np.zeros(0, np.int64))
"""Somebody who has done nothing."""


@dataclass(frozen=True)
class Histories:
    """A block of users; the events of user `u` are `items[offsets[u]:offsets[u + 1]]`."""

    users: pa.Array
    offsets: NDArray[np.int64]
    items: NDArray[np.int32]
    times: NDArray[np.int64]
    train_end: NDArray[np.int32]
    validation_end: NDArray[np.int32]
    kinds: pa.DictionaryArray | None = None
    """Kind of each event; None where nothing is known of kinds, as in releases before there were any."""
    values: NDArray[np.float32] | None = None
    """Value of each event, or None."""
    dislikes: Dislikes | None = None
    """What the users turned against; None where nothing is known of it."""

    @classmethod
    def from_table(cls, table: pa.Table) -> Histories:
        """Read a table of `HISTORIES_SCHEMA`, of which kinds, values and dislikes may be missing."""
        # In one chunk a column of lists is flat values and offsets, so reading it copies nothing.
        table = table.combine_chunks()
        items, times = (_chunk(table, name) for name in (ITEMS, TIMES))
        return cls(
            users=_chunk(table, USER),
            offsets=_offsets(items),
            items=items.flatten().to_numpy(zero_copy_only=False).astype(np.int32),
            times=times.flatten().to_numpy(zero_copy_only=False).astype(np.int64),
            train_end=table[TRAIN_END].to_numpy().astype(np.int32),
            validation_end=table[VALIDATION_END].to_numpy().astype(np.int32),
            kinds=_kinds(table),
            values=_values(table),
            dislikes=_dislikes(table),
        )

    def to_table(self) -> pa.Table:
        """Write a table of `HISTORIES_SCHEMA`."""
        # One list of events a user: the flat arrays stay as they are, cut at the offsets.
        offsets = pa.array(self.offsets, pa.int32())
        events = (self.items, self.times, self._known_kinds().cast(pa.string()), self._known_values())
        dislikes = self.dislikes or Dislikes.none(len(self))
        disliked = pa.array(dislikes.offsets, pa.int32())
        columns = [
            self.users,
            *(pa.ListArray.from_arrays(offsets, pa.array(column)) for column in events),
            *(pa.ListArray.from_arrays(disliked, pa.array(column)) for column in dislikes[1:]),
            pa.array(self.train_end),
            pa.array(self.validation_end),
        ]
        return pa.Table.from_arrays(columns, schema=HISTORIES_SCHEMA)

    def __len__(self) -> int:
        return len(self.users)

    def train(self, user: int) -> History:
        """The events that models learn from."""
        return self._events(user, 0, int(self.train_end[user]))

    def before(self, user: int, part: Part) -> History:
        """What is known of the user when `part` begins."""
        return self._events(user, 0, self._bounds(user, part)[0])

    def held_out(self, user: int, part: Part) -> History:
        """The events of `part`."""
        start, stop = self._bounds(user, part)
        return self._events(user, start, stop)

    def targets(self, user: int, part: Part) -> NDArray[np.int32]:
        """The held-out items of `part`, in time order."""
        return self.held_out(user, part).items

    def disliked(self, user: int) -> NDArray[np.int32]:
        """Catalogue indices of everything that a user turned against."""
        return EMPTY_HISTORY.items if self.dislikes is None else self.dislikes.of(user)[0]

    @property
    def n_dislikes(self) -> int:
        """How often anybody turned against anything."""
        return 0 if self.dislikes is None else len(self.dislikes.items)

    @property
    def n_train_dislikes(self) -> int:
        """How often anybody turned against anything before their first held-out event."""
        if self.dislikes is None:
            return 0
        ends = np.repeat(self.train_end, np.diff(self.dislikes.offsets))
        return int((self.dislikes.after <= ends).sum())

    def train_dislikes(self, user: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """What a user turned against before the first held-out event, and after how many events."""
        items, after = (self.dislikes or Dislikes.none(len(self))).of(user)
        known = after <= self.train_end[user]
        return items[known], after[known]

    def newest(self, user: int, count: int) -> History:
        """The newest `count` events, at least 1."""
        length = self._length(user)
        return self._events(user, max(0, length - count), length)

    def older(self, user: int, count: int) -> NDArray[np.int32]:
        """Items of the events before the newest `count`, at least 1; a view, int32 [events]."""
        first = int(self.offsets[user])
        return self.items[first : first + max(0, self._length(user) - count)]

    def count(self, user: int) -> int:
        """How many events there are."""
        return self._length(user)

    def whole(self, user: int) -> History:
        """Every event of a user."""
        return self._events(user, 0, self._length(user))

    def trains(self) -> Iterator[History]:
        """The training events of every user in turn."""
        return (self.train(user) for user in range(len(self)))

    def learned_until(self, last: Part) -> Histories:
        """The same users, but models learn up to the end of the part `last`, which was held out."""
        ends = self.validation_end if last == "validation" else np.diff(self.offsets).astype(np.int32)
        return replace(self, train_end=ends, validation_end=np.maximum(ends, self.validation_end))

    def train_matrix(self, n_items: int) -> sp.csr_matrix:
        """Binary float32 matrix [users, items] of the training events."""
        rows = [self.train(user).items for user in range(len(self))]
        # A row's columns are the user's items: that is the compressed-sparse-row format itself.
        columns = np.concatenate([np.zeros(0, np.int32), *rows])
        offsets = np.concatenate([[0], np.cumsum([len(items) for items in rows])])
        values = np.ones(len(columns), np.float32)
        matrix = sp.csr_matrix((values, columns, offsets), shape=(len(self), n_items))
        # An item that was taken twice counts once.
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix

    def _known_kinds(self) -> pa.DictionaryArray:
        if self.kinds is not None:
            return self.kinds
        return pa.DictionaryArray.from_arrays(np.zeros(len(self.items), np.int32), [DEFAULT_KIND])

    def _known_values(self) -> NDArray[np.float32]:
        return np.full(len(self.items), DEFAULT_VALUE, np.float32) if self.values is None else self.values

    def _length(self, user: int) -> int:
        return int(self.offsets[user + 1] - self.offsets[user])

    def _bounds(self, user: int, part: Part) -> tuple[int, int]:
        train_end, validation_end = int(self.train_end[user]), int(self.validation_end[user])
        return (train_end, validation_end) if part == "validation" else (validation_end, self._length(user))

    def _events(self, user: int, start: int, end: int) -> History:
        # From positions in the user's history to positions in the flat arrays.
        first = int(self.offsets[user])
        events = slice(first + start, first + end)
        kinds = None if self.kinds is None else self._kind_names[self._kind_codes[events]]
        values = None if self.values is None else self.values[events]
        disliked = self._disliked_between(user, start, end)
        return History(self.items[events], self.times[events], kinds, values, disliked=disliked)

    def _disliked_between(self, user: int, start: int, end: int) -> DislikedItems | None:
        """What was turned against up to the event `end`, placed among those from `start` on."""
        if self.dislikes is None:
            return None
        items, after = self.dislikes.of(user)
        known = after <= end
        return DislikedItems(items[known], np.maximum(after[known] - start, 0)) if known.any() else None

    @cached_property
    def _kind_names(self) -> NDArray[np.str_]:
        return np.array(self._known_kinds().dictionary.to_pylist(), np.str_)

    @cached_property
    def _kind_codes(self) -> NDArray[np.int32]:
        codes: NDArray[np.int32] = self._known_kinds().indices.to_numpy(zero_copy_only=False)
        return codes


def _both(earlier: DislikedItems | None, later: DislikedItems | None, events: int) -> DislikedItems | None:
    """What was turned against in a history of so many events and in the one that follows it."""
    if later is None:
        return earlier
    shifted = later._replace(after=later.after + np.int32(events))
    if earlier is None:
        return shifted
    return DislikedItems(*map(np.concatenate, zip(earlier, shifted, strict=True)))


def _chunk(table: pa.Table, name: str) -> pa.Array:
    column = table[name]
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def _kinds(table: pa.Table) -> pa.DictionaryArray | None:
    return _chunk(table, KINDS).flatten().dictionary_encode() if KINDS in table.column_names else None


def _offsets(lists: pa.Array) -> NDArray[np.int64]:
    """Where each list begins in the flat values, and the end of the last, [lists + 1]."""
    lengths = lists.value_lengths().to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _dislikes(table: pa.Table) -> Dislikes | None:
    if DISLIKED not in table.column_names:
        return None
    items, after = (_chunk(table, name) for name in (DISLIKED, DISLIKED_AFTER))
    flat_items, flat_after = (
        lists.flatten().to_numpy(zero_copy_only=False).astype(np.int32) for lists in (items, after)
    )
    return Dislikes(offsets=_offsets(items), items=flat_items, after=flat_after)


def _values(table: pa.Table) -> NDArray[np.float32] | None:
    if VALUES not in table.column_names:
        return None
    values: NDArray[np.float32] = _chunk(table, VALUES).flatten().to_numpy(zero_copy_only=False)
    return values
