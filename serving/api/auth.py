"""Authentication, roles and rate limiting: who may do what, and how often."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol

from fastapi import Request

from palate.online import Key, RateLimiter, Role
from serving.api.errors.mapping import ApiError, Problem, retry_after
from serving.api.schemas.costs import Chargeable, cost_of
from serving.api.settings import ApiSettings

CALLER = "palate.caller"
"""Where a request's scope holds the `Caller`."""
WRONG_KEY = "key"
"""What a request without a valid key is counted as; a right key is heard however many were wrong, for a
secret cannot be guessed, and others may share the address."""
LOOPBACK = ("127.0.0.1", "::1")
NO_KEY = "-"
"""The key's name in the log when no key was needed."""


class KeyVerifier(Protocol):
    """Knows the keys."""

    async def verify(self, secret: str) -> Key | None:
        """The key with this secret; None if there is none."""
        ...


class Caller(NamedTuple):
    """Whoever sent a request."""

    name: str
    """The key's name."""
    allowance: str
    """What the number of requests is counted by."""


class Access:
    """Admits requests by key, role and rate."""

    def __init__(self, settings: ApiSettings, keys: KeyVerifier | None) -> None:
        if settings.auth and keys is None:
            raise ValueError("With auth, create_api needs something that verifies keys")
        self._keys = keys if settings.auth else None
        self._timeout_s = settings.timeout_s
        self._limiter = _limiter(settings.requests_per_second, settings.burst)
        self._strangers = _limiter(settings.strangers_per_second, settings.strangers_burst)

    async def admit(self, request: Request, role: Role) -> None:
        """`ApiError` (401, 403, 429) unless the request has a key for `role` and does not come too often."""
        caller = await self._caller(request, role)
        request.scope[CALLER] = caller
        _take(self._limiter, caller.allowance, 1)

    def charge(self, request: Request, body: Chargeable) -> None:
        """Count an admitted request by what its body asks for; `ApiError` (429) if that is too much now."""
        _take(self._limiter, request.scope[CALLER].allowance, cost_of(body) - 1)

    def admit_stranger(self, request: Request, purpose: str) -> None:
        """Count a request without a valid key, by its address; `ApiError` (429) if there are too many now."""
        _take(self._strangers, f"{purpose} {address_of(request)}", 1)

    async def _caller(self, request: Request, role: Role) -> Caller:
        if self._keys is None:
            return Caller(NO_KEY, address_of(request))
        async with asyncio.timeout(self._timeout_s):
            key = await self._verified(request, self._keys)
        request.scope[CALLER] = Caller(key.name, key.name)
        if not key.role.includes(role):
            message = f"The key {key.name!r} has the role {key.role}, and this needs {role}."
            raise ApiError(Problem(403, "forbidden", message, f"Use a key with the role {role}."))
        return Caller(key.name, key.name)

    async def _verified(self, request: Request, keys: KeyVerifier) -> Key:
        secret = _secret(request)
        key = await keys.verify(secret) if secret else None
        if key is None:
            self.admit_stranger(request, WRONG_KEY)
            message = "The key is not valid." if secret else "A key is needed."
            action = "Send X-API-Key: KEY or Authorization: Bearer KEY; `palate keys create` makes keys."
            headers = {"WWW-Authenticate": 'Bearer realm="palate"'}
            raise ApiError(Problem(401, "unauthenticated", message, action=action, headers=headers))
        return key


def address_of(request: Request) -> str:
    """The address that a request comes from; as the proxy on this machine says, but nobody else."""
    host = request.client.host if request.client else NO_KEY
    forwarded = request.headers.getlist("x-forwarded-for")
    return forwarded[-1].rpartition(",")[2].strip() if host in LOOPBACK and forwarded else host


def _limiter(per_second: float, burst: int) -> RateLimiter | None:
    return RateLimiter(per_second, burst) if per_second else None


def _take(limiter: RateLimiter | None, name: str, cost: int) -> None:
    """Count `cost` requests of somebody; `ApiError` (429) if that is too many now."""
    wait = limiter.allow(name, cost) if limiter is not None and cost else 0.0
    if wait > 0:
        headers = retry_after(wait)
        action = f"Wait {headers['Retry-After']} s and send fewer requests."
        raise ApiError(Problem(429, "rate_limited", "Too many requests.", action=action, headers=headers))


def _secret(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return request.headers.get("x-api-key", "") or bearer
