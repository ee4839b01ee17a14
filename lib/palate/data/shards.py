"""Shards and deduplication of interactions: a shard holds all events of some users, each event once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.data.catalogue import ItemIndex
from palate.data.hashing import mixed, text_hashes
from palate.data.histories import Dislikes, Histories
from palate.data.kcore import Core
from palate.data.raw.layout import EVENTS_TABLE
from palate.data.raw.quarantine import quarantine_table, refused_texts
from palate.data.raw.reasons import REFUSAL, Mask, Reasons, combined
from palate.data.split import Splitter
from palate.schema import ITEM, KIND, NEGATIVE, TIME, USER, VALUE


class Against(NamedTuple):
    """Negative events in the order of user and time; what the user and item of each are."""

    user: NDArray[np.int64]
    item: NDArray[np.int32]
    time: NDArray[np.int64]


@dataclass(frozen=True)
class Shard:
    """Events in the order of user and time, with those refused before and here at the end."""

    rows: pa.Table
    """`CLEAN_SCHEMA`; the positive events come first, then the negative ones."""
    user: NDArray[np.int64]
    """Code of the user of each positive event, from 0 in the order of the ids."""
    item: NDArray[np.int32]
    time: NDArray[np.int64]
    against: Against
    """The negative events."""

    @classmethod
    def of(cls, rows: pa.Table, items: ItemIndex) -> Shard:
        """Order the rows, and refuse all but the first of events with the same user, item, kind and time.

        Events of one user at one time come in the order of a hash of user and item, which owes nothing
        to the order of files or ids: in a log of coarse times the order of ids could give away the answer.
        """
        good = rows.filter(pc.is_null(rows[REFUSAL]))
        # Each column as numbers, [good rows].
        users, user = _codes(good[USER])
        _, kind = _codes(good[KIND])
        item, time, value = (good[name].to_numpy() for name in (ITEM, TIME, VALUE))
        tie = mixed(text_hashes(users)[user], items.hashes[item])
        # By user and time, so that events which are one and the same stand together.
        order = _sorted(user=user, time=time, tie=tie, item=item, kind=kind, value=value)
        double = _same_as_before(*(column[order] for column in (user, item, kind, time)))
        first, negative = order[~double], good[NEGATIVE].to_numpy()
        positive, against = first[~negative[first]], first[negative[first]]
        refused = [
            rows.filter(pc.is_valid(rows[REFUSAL])),
            _refuse(good.take(order[double]), "duplicate event"),
        ]
        return cls(
            rows=pa.concat_tables([good.take(positive), good.take(against), *refused]),
            user=user[positive],
            item=item[positive],
            time=time[positive],
            against=Against(user[against], item[against], time[against]),
        )

    def keeps(self, core: Core) -> Mask:
        """The positive events that the k-core keeps."""
        return core.keeps(self.user, self.item)

    def histories(self, core: Core, split: Splitter) -> Histories:
        """The users that the k-core keeps, in the order of their ids."""
        keeps = self.keeps(core)
        events = self.rows.select([USER, KIND, VALUE]).slice(0, len(self.user)).filter(pa.array(keeps))
        # Users that stay, numbered afresh; rows are in the order of users, so a user's begin at `first`.
        begins = np.diff(self.user[keeps], prepend=-1) > 0
        first, user = np.flatnonzero(begins), np.cumsum(begins) - 1
        codes = self.user[keeps][first]
        times, offsets = self.time[keeps], np.append(first, len(user)).astype(np.int64)
        ends = split(user, times, len(codes))
        kept, against = self._against_keeps(core), self.against
        against = Against(against.user[kept], against.item[kept], against.time[kept])
        return Histories(
            users=combined(events[USER].take(pa.array(first))).cast(pa.string()),
            offsets=offsets,
            items=self.item[keeps],
            times=times,
            train_end=ends.train,
            validation_end=ends.validation,
            kinds=combined(events[KIND]),
            values=events[VALUE].to_numpy(),
            dislikes=_dislikes(against, codes, user=user, times=times, offsets=offsets),
        )

    def quarantine(self, core: Core, items: ItemIndex) -> pa.Table:
        """Every row of the shard that is in no history, as `QUARANTINE_SCHEMA`."""
        refused = self.rows.slice(len(self.user) + len(self.against.user))
        rows = pa.concat_tables([self._too_few(core), refused])
        ids = items.ids.take(_null_without_item(rows[ITEM]))
        shown = rows.set_column(rows.column_names.index(ITEM), ITEM, ids)
        texts = refused_texts(shown, np.ones(rows.num_rows, bool))
        return quarantine_table(EVENTS_TABLE, combined(rows[REFUSAL]), texts)

    def _against_keeps(self, core: Core) -> Mask:
        """The negative events of users and items that the k-core keeps."""
        users = np.unique(self.user[self.keeps(core)])
        mask: Mask = np.isin(self.against.user, users) & core.items[self.against.item]
        return mask

    def _too_few(self, core: Core) -> pa.Table:
        """The events that the k-core drops, with their reasons."""
        dropped = np.concatenate([~self.keeps(core), ~self._against_keeps(core)])
        item = np.concatenate([self.item, self.against.item])[dropped]
        rows = self.rows.slice(0, len(dropped)).filter(pa.array(dropped))
        reasons = Reasons(rows)
        reasons.mark("item with too few events", ~core.items[item])
        reasons.mark("user with too few events", np.ones(int(dropped.sum()), bool))
        return rows.set_column(rows.column_names.index(REFUSAL), REFUSAL, reasons.to_array())


def _sorted(**columns: NDArray[np.generic]) -> NDArray[np.uint64]:
    """Positions of the rows in the order of the columns, the first of which counts most; uint64 [rows]."""
    keys = [(name, "ascending") for name in columns]
    order: NDArray[np.uint64] = pc.sort_indices(pa.table(columns), sort_keys=keys).to_numpy()
    return order


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Values of a dictionary in ascending order, and the position of each row's value among them."""
    encoded = combined(column)
    order = pc.array_sort_indices(encoded.dictionary).to_numpy()
    # Arrow numbers values as they come; `rank` is each one's number in ascending order.
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return encoded.dictionary.take(pa.array(order)).to_pylist(), rank[encoded.indices.to_numpy()]


def _dislikes(
    against: Against,
    codes: NDArray[np.int64],
    *,
    user: NDArray[np.int64],
    times: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> Dislikes:
    """Negative events by the new numbers of users, each with the events of its user that came before it."""
    number = np.searchsorted(codes, against.user)
    # User and time as one number, which rises over the events; cleaning has refused all times below 0.
    span = max(times.max(initial=0), against.time.max(initial=0)) + 1
    events, negatives = user * span + times, number * span + against.time
    # How many events stand before each negative, [negatives], less those of the users before its own; of one
    # time the events come first.
    after = np.searchsorted(events, negatives, side="right") - offsets[number]
    ends = np.cumsum(np.bincount(number, minlength=len(codes)))
    return Dislikes(
        np.concatenate([[0], ends]).astype(np.int64), against.item.astype(np.int32), after.astype(np.int32)
    )


def _same_as_before(*columns: NDArray[np.generic]) -> Mask:
    # The first row has none before it.
    same = np.zeros(len(columns[0]), bool)
    same[1:] = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    return same


def _refuse(rows: pa.Table, reason: str) -> pa.Table:
    reasons = pa.array([reason] * rows.num_rows, pa.string())
    return rows.set_column(rows.column_names.index(REFUSAL), REFUSAL, reasons)


def _null_without_item(indices: pa.ChunkedArray) -> pa.Array:
    """Catalogue indices, null for `NO_ITEM`."""
    array = combined(indices)
    return pc.if_else(pc.less(array, 0), pa.scalar(None, pa.int32()), array)
