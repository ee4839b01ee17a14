"""Shards and deduplication of interactions: a shard holds all events of some users, each event once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.data.catalogue import ItemIndex
from palate.data.hashing import mixed, text_hashes
from palate.data.histories import Histories
from palate.data.kcore import Core
from palate.data.raw.layout import EVENTS_TABLE
from palate.data.raw.quarantine import quarantine_table, refused_texts
from palate.data.raw.reasons import REFUSAL, Mask, Reasons, combined
from palate.data.split import Splitter
from palate.schema import ITEM, KIND, TIME, USER, VALUE


@dataclass(frozen=True)
class Shard:
    """Events in the order of user and time, with those refused before and here at the end."""

    rows: pa.Table
    """`CLEAN_SCHEMA`; the good rows come first."""
    user: NDArray[np.int64]
    """Code of the user of each good row, from 0 in the order of the ids."""
    item: NDArray[np.int32]
    time: NDArray[np.int64]

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
        order = np.lexsort((value, kind, item, tie, time, user))
        double = _same_as_before(*(column[order] for column in (user, item, kind, time)))
        first = order[~double]
        refused = [
            rows.filter(pc.is_valid(rows[REFUSAL])),
            _refuse(good.take(order[double]), "duplicate event"),
        ]
        return cls(pa.concat_tables([good.take(first), *refused]), user[first], item[first], time[first])

    def keeps(self, core: Core) -> Mask:
        """The good rows that the k-core keeps."""
        return core.keeps(self.user, self.item)

    def histories(self, core: Core, split: Splitter) -> Histories:
        """The users that the k-core keeps, in the order of their ids."""
        keeps = self.keeps(core)
        events = self._good(keeps)
        # Users that stay, numbered afresh; rows are in the order of users, so a user's begin at `first`.
        codes, first, user = np.unique(self.user[keeps], return_index=True, return_inverse=True)
        times = self.time[keeps]
        ends = split(user, times, len(codes))
        return Histories(
            users=combined(events[USER].take(pa.array(first))).cast(pa.string()),
            offsets=np.append(first, len(user)).astype(np.int64),
            items=self.item[keeps],
            times=times,
            train_end=ends.train,
            validation_end=ends.validation,
            kinds=combined(events[KIND]).dictionary_encode(),
            values=events[VALUE].to_numpy(),
        )

    def quarantine(self, core: Core, items: ItemIndex) -> pa.Table:
        """Every row of the shard that is in no history, as `QUARANTINE_SCHEMA`."""
        rows = pa.concat_tables([self._too_few(core), self.rows.slice(len(self.user))])
        ids = items.ids.take(_null_without_item(rows[ITEM]))
        shown = rows.set_column(rows.column_names.index(ITEM), ITEM, ids)
        texts = refused_texts(shown, np.ones(rows.num_rows, bool))
        return quarantine_table(EVENTS_TABLE, combined(rows[REFUSAL]), texts)

    def _too_few(self, core: Core) -> pa.Table:
        """The good rows that the k-core drops, with their reasons."""
        dropped = ~self.keeps(core)
        rows = self._good(dropped)
        reasons = Reasons(rows)
        reasons.mark("item with too few events", ~core.items[self.item[dropped]])
        reasons.mark("user with too few events", np.ones(int(dropped.sum()), bool))
        return rows.set_column(rows.column_names.index(REFUSAL), REFUSAL, reasons.to_array())

    def _good(self, mask: Mask) -> pa.Table:
        return self.rows.slice(0, len(self.user)).filter(pa.array(mask))


def first_user(rows: pa.Table) -> str:
    """The least user of a shard's rows; shards share no user, so it names the shard."""
    return str(pc.min(rows[USER]).as_py())


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct values in ascending order, and the position of each row's value among them."""
    encoded = pc.dictionary_encode(combined(column))
    order = pc.array_sort_indices(encoded.dictionary).to_numpy()
    # Arrow numbers values as they come; `rank` is each one's number in ascending order.
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return encoded.dictionary.take(pa.array(order)).to_pylist(), rank[encoded.indices.to_numpy()]


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
