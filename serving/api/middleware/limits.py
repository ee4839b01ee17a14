"""Body limit, security headers and error boundary: what surrounds every request."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.errors.handlers import respond
from serving.api.errors.mapping import too_large

MAX_LENGTH_DIGITS = 18
"""More digits than any body that a machine could hold; Python refuses to read very long numbers."""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
]
NO_STORE = (b"cache-control", b"no-store")
PERSONAL_PREFIX = "/v1/"
"""Answers below this path are about somebody, and no cache may keep them."""


class SecurityHeaders:
    """Adds the headers that keep a browser from running, framing or keeping what it should not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = (
            [*SECURITY_HEADERS, NO_STORE] if scope["path"].startswith(PERSONAL_PREFIX) else SECURITY_HEADERS
        )

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, send_safely)


class ErrorBoundary:
    """Answers every exception that nothing inside has answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            if begun:
                raise
            await respond(error)(scope, receive, send)


class BodyLimit:
    """Stops reading a body that is announced as, or turns out to be, longer than the limit."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced, received = _announced(scope), 0

        async def receive_limited() -> Message:
            nonlocal received
            if announced > self._max_bytes:
                raise too_large(self._max_bytes)
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise too_large(self._max_bytes)
            return message

        await self._app(scope, receive_limited, send)


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length" and value.isdigit()]
    return max((int(value[:MAX_LENGTH_DIGITS]) for value in lengths), default=0)
