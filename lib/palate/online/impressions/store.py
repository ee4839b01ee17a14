"""Impression store: lists that were shown, in PostgreSQL, one partition a day."""

from __future__ import annotations

from collections.abc import Sequence

from palate.online.impressions.shown_list import ShownList
from palate.online.postgres.database import Database


class ImpressionStore:
    """Lists by id. An erased user has none, and days beyond the retention are dropped whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, lists: Sequence[ShownList]) -> None:
        """Keep lists, all or none; ones that are kept already stay, and those of users erased since are left.

        Raises:
            StoreUnavailable: Whether they were kept is not known; keep them again.
            PalateError: A value cannot be stored.
        """
        columns = [list(column) for column in zip(*lists, strict=True)]
        await self._database.rows("SELECT palate_keep_lists($1, $2, $3, $4, $5, $6, $7, $8)", *columns)

    async def drop_older(self, days: int) -> None:
        """Drop the partitions of days that ended more than `days` days ago; errors as in `keep`."""
        await self._database.rows("SELECT palate_drop_lists($1)", days)
