"""Export: hands the texts of a run to the store, where an endpoint of the same release finds them."""

from __future__ import annotations

import asyncio

from jobs.texts.evidence_actor import EVIDENCE
from jobs.texts.writer_actor import RELEASE, SOURCE, TEXTS
from palate.online import NewText, TextStore, store_at
from palate.online.postgres.database import Database
from palate.schema import ITEM, KIND, TEXT, USER
from palate.storage import Folder

RELEASED = 0
"""The version of a user of whom only the release knows."""


def keep_texts(folder: Folder, store: str) -> None:
    """Keep all texts below `folder` in the store at a URL or folder; to do so again changes nothing."""
    with store_at(store) as url:
        asyncio.run(_keep(folder, url))


async def _keep(folder: Folder, url: str) -> None:
    database = await Database.open(url, pool_size=1)
    try:
        texts = TextStore(database)
        for table in folder.tables(TEXTS):
            await texts.keep(_new_text(row) for row in table.to_pylist())
    finally:
        await database.close()


def _new_text(row: dict[str, str]) -> NewText:
    return NewText(
        release=row[RELEASE],
        user=row[USER],
        kind=row[KIND],
        item=row[ITEM],
        text=row[TEXT],
        source=row[SOURCE],
        evidence=row[EVIDENCE],
        version=RELEASED,
    )
