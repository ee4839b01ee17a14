"""Event store: events of people and what is known of them, in PostgreSQL, shared by all replicas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from palate.online.events import NOBODY, DismissedLine, LiveEvent, UserState, WrittenLine
from palate.online.monitor import StoreMonitor
from palate.online.postgres.database import Database
from palate.online.postgres.schema import STATE

POOL_SIZE = 8
MAX_EVENTS = 1000
"""Events of a user that are read: the newest ones."""


class PostgresStore:
    """An event that was appended is on the disk of the server, and every replica sees it from then on."""

    def __init__(self, database: Database, max_events: int = MAX_EVENTS) -> None:
        """Take how many of a user's events are read at most, the newest ones."""
        self.database = database
        self._max_events = max_events
        self.monitor = StoreMonitor(database)
        """Whether the store answers; whoever wants to know lets its `watch` run."""

    @classmethod
    async def open(cls, url: str, pool_size: int = POOL_SIZE, max_events: int = MAX_EVENTS) -> PostgresStore:
        """Connect to `url` (`postgresql://user:password@host/database`), and make the tables if need be.

        At most `pool_size` statements run at once; see `Database.open` for the errors.
        """
        return cls(await Database.open(url, pool_size), max_events)

    async def close(self) -> None:
        """Give the connections back."""
        await self.database.close()

    async def append(self, events: Sequence[LiveEvent]) -> list[bool]:
        """Keep events, all or none; they are durable when this returns.

        Returns:
            For each event whether it is new; False if its user has one with its id, or it occurs earlier in
            `events`. Should the connection break before the answer came, events are sent again, and then
            known may mean that they were new the first time.

        Raises:
            StoreUnavailable: Whether they were kept is not known; send them again, with the same ids.
            PalateError: A value cannot be stored, such as text with a NUL character.
        """
        if not events:
            return []
        # The fields of `LiveEvent` in their order, [events] each.
        columns = [list(column) for column in zip(*events, strict=True)]
        sql = "SELECT palate_record($1, $2, $3, $4, $5, $6, $7, $8) AS accepted"
        rows = await self.database.rows(sql, *columns)
        accepted: list[bool] = rows[0]["accepted"]
        return accepted

    async def state(self, user: str, known: UserState | None = None) -> UserState:
        """What is known of a user now, in one round trip; of their events the newest alone.

        Args:
            user: Their id.
            known: An earlier answer for this user; only what came after it is fetched, and if that is
                nothing, `known` itself is returned.
        """
        known = known or NOBODY
        rows = await self.database.rows(STATE, user, known.version, self._max_events)
        if not rows or rows[0]["version"] == known.version:
            return known if rows else NOBODY
        state = _joined(user, known, rows[0])
        return state._replace(events=state.events[-self._max_events :])

    async def versions(self, users: Iterable[str]) -> dict[str, int]:
        """Version of each user, 0 for those of whom nothing is known."""
        unknown = dict.fromkeys(users, 0)
        sql = "SELECT user_id, version FROM palate_users WHERE user_id = ANY ($1)"
        rows = await self.database.rows(sql, list(unknown))
        return unknown | {row["user_id"]: row["version"] for row in rows}

    async def erase(self, user: str) -> int:
        """Delete events, texts, lines of the profile and shown lists of a user; keep that they were erased.

        Even the ids of the events are gone: one of them that is sent again counts as new.

        Returns:
            How many events were deleted.
        """
        sql = "SELECT palate_erase($1) AS deleted"
        rows = await self.database.rows(sql, user, repeatable=False)  # a second time would count none
        return int(rows[0]["deleted"])


def _joined(user: str, known: UserState, row: Any) -> UserState:
    """`known` and what came after it; `row` is one of `STATE`."""
    earlier = known.events if row["since"] == known.version else ()
    columns = (row[name] or () for name in ("ids", "items", "kinds", "vals", "times", "texts"))
    later = (
        LiveEvent(id_, user=user, item=item, kind=kind, value=value, time=time, text=text)
        for id_, item, kind, value, time, text in zip(*columns, strict=True)
    )
    dismissed = (
        DismissedLine(interest, tuple(names)) for interest, names in json.loads(row["struck"] or "[]")
    )
    return UserState(
        version=row["version"],
        erased=row["erased"],
        events=(*earlier, *later),
        dismissed=tuple(dismissed),
        written=tuple(WrittenLine(*line) for line in json.loads(row["written"] or "[]")),
        total=row["total"],
    )
