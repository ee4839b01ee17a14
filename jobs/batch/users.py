"""User blocks: which rows of a release's histories make up each block, for all users or for named ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.batch.listed import digest, listed_values
from jobs.batch.parts import Blocks
from palate.recommender.artefacts import Artefacts
from palate.schema import USER

FILE, USER_ROWS = "file", "user_rows"
HISTORIES = "histories"


class NamedUsers(NamedTuple):
    """Users that a file names, each once."""

    users: list[str]
    given_ids: dict[str, str]
    """From what the release may call a user to what the file calls them."""

    @classmethod
    def of(cls, uri: str, artefacts: Artefacts) -> NamedUsers:
        """Read the file; `PalateError` if it names nobody, or an anonymised release needs the key."""
        users = list(dict.fromkeys(listed_values(uri, USER, "--users")))
        names = {name: user for user in users for name in (artefacts.stored_name(user), user)}
        return cls(users, names)

    @property
    def digest(self) -> str:
        """Identity of the list."""
        return digest(self.users)


class UserPlan(NamedTuple):
    """Everybody who gets a list, and who cannot."""

    blocks: Blocks
    """`FILE` and `USER_ROWS`, the positions in it."""
    unknown: list[str]
    """Named users whom the release does not know."""


def plan_users(artefacts: Artefacts, named: NamedUsers | None, size: int) -> UserPlan:
    """Blocks of at most `size` users, each of one file of histories, in the order of the release."""
    contents, sizes, found = [], [], set[str]()
    for file, rows, users in _rows_by_file(artefacts, named):
        found |= users
        for block in (rows[first : first + size] for first in range(0, len(rows), size)):
            contents.append({FILE: file, USER_ROWS: block})
            sizes.append(len(block))
    unknown = [user for user in named.users if user not in found] if named else []
    return UserPlan(Blocks(contents, sizes), unknown)


def _rows_by_file(
    artefacts: Artefacts, named: NamedUsers | None
) -> Iterator[tuple[str, NDArray[np.int64], set[str]]]:
    """Each file of histories with the rows of those who get a list, and of named users who these are."""
    folder = artefacts.folders.catalogue
    for file in folder.files(HISTORIES):
        users = folder.read_table(file, columns=[USER])[USER]
        if named is None:
            yield file, np.arange(len(users)), set()
            continue
        rows = np.flatnonzero(pc.is_in(users, pa.array(named.given_ids)).to_numpy())
        yield file, rows, {named.given_ids[user] for user in users.take(rows).to_pylist()}
