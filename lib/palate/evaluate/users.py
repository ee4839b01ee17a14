"""Per-user results: the table of what each method recommended to whom, and how that was."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.data.held_out import Cases
from palate.data.histories import Part
from palate.schema import ITEMS, USER

PART = "part"
METHOD = "method"
HISTORY_LENGTH = "events"
TARGETS = "targets"
RANKS = "ranks"


def users_schema(measures: tuple[str, ...]) -> pa.Schema:
    """One row a user, part and method; `measures` are float32 columns of per-user values."""
    return pa.schema(
        [
            pa.field(USER, pa.string(), nullable=False),
            pa.field(PART, pa.string(), nullable=False),
            pa.field(METHOD, pa.string(), nullable=False),
            pa.field(HISTORY_LENGTH, pa.int32(), nullable=False),
            pa.field(TARGETS, pa.list_(pa.int32()), nullable=False),
            pa.field(RANKS, pa.list_(pa.int64()), nullable=False),
            pa.field(ITEMS, pa.list_(pa.int32()), nullable=False),
            *(pa.field(name, pa.float32(), nullable=False) for name in measures),
        ]
    )


def user_table(
    part: Part,
    method: str,
    cases: Cases,
    ranks: NDArray[np.int64],
    lists: NDArray[np.int32],
    measured: Mapping[str, NDArray[np.float64]],
) -> pa.Table:
    """The rows of one batch: `ranks` [targets] go with the targets, `lists` [users, k] are the items.

    `events` is the length of the history; a place of the list that stayed empty holds `NO_ITEM`.
    """
    users, k = lists.shape
    # Where each user's targets begin, and where each user's list does: Arrow keeps lists as one flat array.
    target_offsets = np.searchsorted(cases.owners, np.arange(users + 1)).astype(np.int32)
    list_offsets = np.arange(users + 1, dtype=np.int32) * k
    columns = [
        pa.array(cases.users, pa.string()),
        pa.array([part] * users),
        pa.array([method] * users),
        pa.array(cases.lengths(), pa.int32()),
        pa.ListArray.from_arrays(target_offsets, cases.targets),
        pa.ListArray.from_arrays(target_offsets, ranks),
        pa.ListArray.from_arrays(list_offsets, lists.ravel()),
        *(pa.array(values, pa.float32()) for values in measured.values()),
    ]
    return pa.Table.from_arrays(columns, schema=users_schema(tuple(measured)))
