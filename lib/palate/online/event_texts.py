"""Vectors of text events: kept beside the event, so that each text is encoded once by each encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from palate.online.postgres.database import Database

_VECTORS = """
SELECT id, vector FROM palate_events
WHERE user_id = $1 AND id = ANY ($2) AND encoder = $3 AND vector IS NOT NULL
"""
_KEEP = """
WITH held AS (
    SELECT e.user_id, e.id, made.vector
    FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) AS made (user_id, id, text, vector)
    JOIN palate_events AS e ON e.user_id = made.user_id AND e.id = made.id AND e.text = made.text
    FOR UPDATE OF e SKIP LOCKED
)
UPDATE palate_events AS e SET encoder = $1, vector = held.vector
FROM held WHERE e.user_id = held.user_id AND e.id = held.id
"""
"""Waits for nobody, such as an erasure, who might wait for it: what is locked is encoded again some day."""
_PAGE = 1000
"""Vectors that are kept with one statement."""


class EventVector(NamedTuple):
    """The vector of one event's text."""

    user: str
    id: str
    """The event's."""
    text: str
    vector: bytes
    """Float32."""


class EventTextStore:
    """Vectors that were made of texts of events; they go with the events when their user is erased."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def vectors(self, user: str, ids: Sequence[str], encoder: str) -> Mapping[str, bytes]:
        """The vectors (float32) that this encoder made of a user's events, by the events' ids."""
        rows = await self._database.rows(_VECTORS, user, list(ids), encoder)
        return {row["id"]: row["vector"] for row in rows}

    async def keep(self, encoder: str, made: Sequence[EventVector]) -> None:
        """Keep what an encoder made; of an event that is gone nothing is kept."""
        for first in range(0, len(made), _PAGE):
            columns = zip(*made[first : first + _PAGE], strict=True)
            await self._database.rows(_KEEP, encoder, *map(list, columns))
