"""Host check against DNS rebinding: without keys, a page of another site must not reach a local endpoint.

A browser lets a page ask its own name only, but whoever owns the name can make it point to 127.0.0.1. The
request then still bears that name in its Host header.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from serving.api.errors.handlers import respond
from serving.api.errors.mapping import ApiError, Problem
from serving.api.errors.text import shown

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class AllowedHosts:
    """Lets through only requests to one of these hosts, by whatever port."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in (*LOOPBACK, *hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        names = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(names) == 1 and _without_port(names[0]) in self._hosts:
            await self._app(scope, receive, send)
            return
        await respond(_foreign(", ".join(names)))(scope, receive, send)


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def _foreign(host: str) -> ApiError:
    message = f"Without keys only requests to this machine itself are answered, not to {shown(host)}."
    action = "Ask 127.0.0.1 or localhost, add the host to api.allowed_hosts, or use keys (api.auth=true)."
    return ApiError(Problem(421, "foreign_host", message, action))
