"""Looking users up: a binary search in a mapped index, then one row of a mapped file of histories."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from palate.data.hashing import leading_hashes
from palate.data.histories import Dislikes, Histories
from palate.data.user_table.build import INDEX, KEY, PART, ROW, USER_FILES, part_name, write_user_table
from palate.schema import (
    DISLIKED,
    DISLIKED_AFTER,
    ITEMS,
    KINDS,
    TIMES,
    TRAIN_END,
    USER,
    VALIDATION_END,
    VALUES,
)
from palate.storage import Folder


class FoundUser(NamedTuple):
    """Where a user is."""

    histories: Histories
    """Those of a whole part, mapped."""
    row: int


class UserTable:
    """All users of a release. Its memory does not grow with them: files are mapped, and read where asked."""

    def __init__(self, folder: Folder) -> None:
        """Map the files that `write_user_table` has left."""
        index = folder.mapped_table(INDEX)
        self._keys = _column(index, KEY).to_numpy()
        self._part, self._row = (_column(index, name).to_numpy() for name in (PART, ROW))
        parts = sum(name != INDEX for name in folder.files())
        self._parts = [_histories(folder.mapped_table(part_name(number))) for number in range(parts)]

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, user: str) -> FoundUser | None:
        """Where the user is; None for a stranger."""
        key = leading_hashes([user])[0]
        place = int(np.searchsorted(self._keys, key))
        while place < len(self) and self._keys[place] == key:  # two users may have one key
            if self._user_at(place) == user:
                return self._at(place)
            place += 1
        return None

    def drawn(self, count: int) -> list[str]:
        """At most `count` users, drawn by a hash of their ids: always the same ones."""
        return [self._user_at(place) for place in range(min(count, len(self)))]

    def _at(self, place: int) -> FoundUser:
        return FoundUser(self._parts[int(self._part[place])], int(self._row[place]))

    def _user_at(self, place: int) -> str:
        histories, row = self._at(place)
        return str(histories.users[row])


def open_user_table(folder: Folder, histories: str) -> UserTable:
    """The table in the folder of a release; one whose release is of before there were any is made here.

    It is made of the shards in the folder `histories`, in a temporary folder that nobody else sees.
    """
    if folder.exists(f"{USER_FILES}/{INDEX}"):
        return UserTable(folder / USER_FILES)
    with TemporaryDirectory(prefix="palate-users-") as local:
        write_user_table(Folder(local), folder.tables(histories))
        return UserTable(Folder(local))  # a mapping outlives the name of its file


def _histories(table: pa.Table) -> Histories:
    """A part whose every array is a view of its file, where `Histories.from_table` copies."""
    items, times = (_column(table, name) for name in (ITEMS, TIMES))
    return Histories(
        users=_column(table, USER),
        offsets=items.offsets.to_numpy(),
        items=items.values.to_numpy(),
        times=times.values.to_numpy(),
        train_end=_column(table, TRAIN_END).to_numpy(),
        validation_end=_column(table, VALIDATION_END).to_numpy(),
        kinds=_column(table, KINDS).values if KINDS in table.column_names else None,
        values=_column(table, VALUES).values.to_numpy() if VALUES in table.column_names else None,
        dislikes=_dislikes(table),
    )


def _dislikes(table: pa.Table) -> Dislikes | None:
    if DISLIKED not in table.column_names:
        return None
    items, after = (_column(table, name) for name in (DISLIKED, DISLIKED_AFTER))
    return Dislikes(items.offsets.to_numpy(), items.values.to_numpy(), after.values.to_numpy())


def _column(table: pa.Table, name: str) -> pa.Array:
    column = table[name]
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)
