"""Batch recommendation: the lists of all users of a release, or of those that a file names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from jobs.batch.output import batch_output
from jobs.batch.parts import finish
from jobs.batch.users import FILE, USER_ROWS, NamedUsers, plan_users
from jobs.runtime.progress import Work
from palate.data.histories import Histories
from palate.data.raw.quarantine import quarantine_table
from palate.recommender.artefacts import Artefacts
from palate.recommender.batch import ListSettings, user_lists
from palate.recommender.ranking import Reranker
from palate.recommender.recommender import Recommender
from palate.release import Release
from palate.schema import USER
from palate.storage import Folder

LISTS, QUARANTINE = "lists", "quarantine"
NO_SUCH_USER = "the release has no such user"
BLOCK_USERS = 1024
"""Users of a block: what a killed job loses of each actor's work at most."""


class UserLists:
    """A worker that makes the lists of a block of users."""

    def __init__(
        self, release: Release, settings: ListSettings, now: int, given_ids: Mapping[str, str]
    ) -> None:
        """Take the moment that the lists are of, and what users are called elsewhere than in the release."""
        self._recommender = Recommender(Artefacts.of(release))
        self._settings, self._now = settings, now
        self._given_ids = given_ids
        self._file, self._histories = "", pa.table({})

    def __call__(self, block: dict[str, Any]) -> pa.Table:
        """A list for each user of the block of `plan_users`."""
        rows = self._histories_of(block[FILE]).take(block[USER_ROWS])
        lists = user_lists(self._recommender, Histories.from_table(rows), self._settings, self._now)
        users = lists[USER].to_pylist()
        given = pa.array([self._given_ids.get(user, user) for user in users], pa.string())
        return lists.set_column(0, lists.schema.field(USER), given)

    def _histories_of(self, file: str) -> pa.Table:
        """The file's histories, kept for the next block, which is mostly of the same one."""
        if file != self._file:
            self._histories = self._recommender.artefacts.folders.catalogue.read_table(file)
            self._file = file
        return self._histories


def recommend_all(
    release: Release, out: str, settings: ListSettings, *, users: str | None = None, actors: int = 1
) -> dict[str, Any]:
    """Write the list of every user of the release, or of the file `users`; the manifest.

    `lists/` holds a row of `LISTS_SCHEMA` for each. Users of the file whom the release does not know are
    set aside in `quarantine/`. `PalateError` for a folder with the results of anything else.
    """
    artefacts = Artefacts.of(release)
    # Before any actor starts, in which a mistake would be told among many lines.
    Reranker(artefacts).require_usable(settings.rules)
    named = None if users is None else NamedUsers.of(users, artefacts)
    with batch_output(out, LISTS, _identity(release, settings, named)) as output:
        if output.manifest is not None:
            return output.manifest
        plan = plan_users(artefacts, named, BLOCK_USERS)
        _set_aside(plan.unknown, output.folder)
        make = partial(UserLists, release, settings, output.began, named.given_ids if named else {})
        refused = len(plan.unknown)
        return finish(output, plan.blocks, make, work=Work("lists", "users"), actors=actors, refused=refused)


def _identity(release: Release, settings: ListSettings, named: NamedUsers | None) -> dict[str, Any]:
    return {
        "job": "recommend",
        "release": release.manifest.id,
        "k": settings.k,
        "filters": settings.rules.model_dump(mode="json", exclude_defaults=True),
        "reasons": settings.reasons,
        "users": None if named is None else named.digest,
    }


def _set_aside(unknown: list[str], folder: Folder) -> None:
    if unknown:
        reasons = pa.array([NO_SUCH_USER] * len(unknown))
        table = quarantine_table("users", reasons, pa.array(unknown, pa.string()))
        folder.write_table(f"{QUARANTINE}/users.parquet", table)
