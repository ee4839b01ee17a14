"""Text store: what was written for people, and the lines of profiles that they struck or wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from palate.errors import PalateError
from palate.online.postgres.database import Database

BATCH = 500
"""Texts that one statement keeps."""
LONGEST_TEXT = 2_000
LONGEST_EVIDENCE = 20_000
"""Characters of a text, and of its evidence, that the store takes."""
EXPLANATION, PROFILE, TAGS = "explanation", "profile", "tags"
"""Kinds of texts: why an item is recommended, a line of a profile, tags of an item."""
NO_USER = ""
"""Whom a text is kept for that is about nobody, such as the tags of an item."""


class NewText(NamedTuple):
    """A text to keep."""

    release: str
    user: str
    """Whom it is for, or `NO_USER`."""
    kind: str
    item: str
    """What it is about: an item, or a line of a profile."""
    text: str
    source: str
    evidence: str
    """What makes it true, as JSON."""
    version: int
    """Version of the user that it was made for; 0 for what only the release knew."""


class KeptText(NamedTuple):
    """A text that was kept."""

    item: str
    text: str
    source: str
    evidence: str
    version: int


class TextStore:
    """Texts by release, user, kind and item; the newest one counts. An erased user has none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, texts: Iterable[NewText]) -> None:
        """Keep texts, in the place of earlier ones about the same; those for users erased since are left out.

        Of a user the newest thousand are held. If it raises, some may have been kept; keep all of them again.

        Raises:
            PalateError: A text is too long, or holds what PostgreSQL cannot store.
        """
        newest = {text[:4]: text for text in texts}
        rows = list(newest.values())
        for row in rows:
            _check(row)
        for first in range(0, len(rows), BATCH):
            columns = [list(column) for column in zip(*rows[first : first + BATCH], strict=True)]
            await self._database.rows("SELECT palate_keep_texts($1, $2, $3, $4, $5, $6, $7, $8)", *columns)

    async def texts(self, release: str, user: str, kind: str, items: Sequence[str]) -> dict[str, KeptText]:
        """What is kept about these items, by item, in one round trip."""
        sql = (
            "SELECT item, text, source, evidence, made_for_version FROM palate_texts "
            "WHERE release = $1 AND user_id = $2 AND kind = $3 AND item = ANY ($4)"
        )
        about = (release, user, kind, list(items))
        rows = await self._database.rows(sql, *about)
        return {row["item"]: KeptText(*row) for row in rows}

    async def dismiss(self, user: str, interest: str, categories: Sequence[str]) -> None:
        """Keep that a user struck a line; it raises their version, so no list from before is given again.

        Raises:
            PalateError: The user has struck too many lines.
        """
        sql = "SELECT palate_strike($1, $2, $3) AS done"
        rows = await self._database.rows(sql, user, interest, list(categories))
        if not rows[0]["done"]:
            raise PalateError("So many lines of the profile are struck already; restore one of them first")

    async def restore(self, user: str, interest: str) -> None:
        """Take a strike back; nothing happens if there was none."""
        await self._database.rows("SELECT palate_restore($1, $2)", user, interest)

    async def write_line(self, user: str, line: str, text: str) -> None:
        """Keep a line that a user wrote about themselves, in the place of an earlier one with this id.

        Raises:
            PalateError: The user has written too many lines.
        """
        rows = await self._database.rows("SELECT palate_write_line($1, $2, $3) AS done", user, line, text)
        if not rows[0]["done"]:
            raise PalateError("The profile has so many written lines already; delete one of them first")

    async def remove_line(self, user: str, line: str) -> bool:
        """Delete a line that a user wrote; whether there was one."""
        rows = await self._database.rows("SELECT palate_remove_line($1, $2) AS done", user, line)
        return bool(rows[0]["done"])

    async def dismissed(self, user: str) -> dict[str, tuple[str, ...]]:
        """Categories of the lines that a user struck, by interest."""
        sql = "SELECT interest, categories FROM palate_struck WHERE user_id = $1 ORDER BY interest"
        rows = await self._database.rows(sql, user)
        return {row["interest"]: tuple(row["categories"]) for row in rows}


def _check(row: NewText) -> None:
    if len(row.text) > LONGEST_TEXT or len(row.evidence) > LONGEST_EVIDENCE:
        raise PalateError(
            f"The text about {row.item!r} has {len(row.text)} characters and its evidence "
            f"{len(row.evidence)}; the store takes {LONGEST_TEXT} and {LONGEST_EVIDENCE}"
        )
