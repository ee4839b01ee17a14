"""API keys: of a secret only its SHA-256 is stored, so a copy of the store opens no door.

A plain hash is enough, and no slow one is needed, because a secret is 32 random bytes that nobody can guess.
A key is looked up by its hash, so how long that takes tells nothing of the secret.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from palate.errors import PalateError
from palate.online.postgres.errors import StoreUnavailable
from palate.online.store import PostgresStore

PREFIX = "palate_"
SECRET_BYTES = 32
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CACHE_SECONDS = 10.0
RETRY_SECONDS = 1.0
GRACE_SECONDS = 300.0
"""For so long keys that were read are valid while the store is away, even one that was revoked since."""


class Role(StrEnum):
    """What a key lets its bearer do: `write` and `catalogue` include `read`, and `admin` everything.

    `catalogue` changes items, but sends no events. `metrics` reads the metrics and nothing else.
    """

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
    METRICS = "metrics"
    CATALOGUE = "catalogue"

    def includes(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        reads_too = needed is Role.READ and self in (Role.WRITE, Role.CATALOGUE)
        return self in (needed, Role.ADMIN) or reads_too


class Key(NamedTuple):
    """An API key without its secret."""

    name: str
    role: Role
    created: datetime


class KeyRing:
    """The keys of a store, all held in memory for ten seconds, so that a request costs no query.

    A key that another process made or revoked is therefore known here within ten seconds. While the store
    does not answer, keys that were read are valid for five minutes more, and then none is.
    """

    def __init__(self, store: PostgresStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = store.database
        self._clock = clock
        self._keys: dict[bytes, Key] = {}
        self._expires = self._retry_at = -math.inf
        self._reading: asyncio.Task[None] | None = None

    async def create_key(self, name: str, role: Role) -> str:
        """Make a key and return its secret, which cannot be had a second time.

        Raises:
            PalateError: The name is none, or is taken.
            StoreUnavailable: The store does not answer.
        """
        if not NAME.fullmatch(name):
            raise PalateError(
                f"{name!r} cannot be the name of a key; take letters, digits, dots, dashes and underscores, "
                "64 at most"
            )
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        sql = (
            "INSERT INTO palate_keys (name, role, digest) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING "
            "RETURNING name"
        )
        if not await self._database.rows(sql, name, role.value, _digest(secret), repeatable=False):
            raise PalateError(f"There is a key {name!r} already; revoke it first, or take another name")
        self._forget()
        return secret

    async def verify(self, secret: str) -> Key | None:
        """The key of a secret, or None if there is none; `StoreUnavailable` if the store does not answer."""
        if self._clock() >= self._expires:
            await self._refresh_or_go_on()
        return self._keys.get(_digest(secret))

    async def list(self) -> tuple[Key, ...]:
        """All keys, by name."""
        await self._read()
        return tuple(sorted(self._keys.values()))

    async def revoke(self, name: str) -> None:
        """Delete a key; `PalateError` if there is none of that name."""
        sql = "DELETE FROM palate_keys WHERE name = $1 RETURNING name"
        if not await self._database.rows(sql, name, repeatable=False):
            raise PalateError(f"There is no key {name!r}; palate keys list shows them")
        self._forget()

    async def _refresh_or_go_on(self) -> None:
        if self._clock() < self._retry_at:
            return
        try:
            await self._refresh()
        except StoreUnavailable:
            now = self._clock()
            if now >= self._expires + GRACE_SECONDS:
                raise
            self._retry_at = now + RETRY_SECONDS

    async def _refresh(self) -> None:
        """Read the keys once for all requests that wait for them."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)

    async def _read(self) -> None:
        began = self._clock()
        rows = await self._database.rows("SELECT digest, name, role, created FROM palate_keys")
        self._keys = {row["digest"]: Key(row["name"], Role(row["role"]), row["created"]) for row in rows}
        self._expires = began + CACHE_SECONDS

    def _forget(self) -> None:
        self._expires = self._retry_at = -math.inf


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
