"""Access log and latency of every request, whatever became of it."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.auth import CALLER, NO_KEY, Caller
from serving.api.metrics import Metrics
from serving.api.request_id import request_id

HTTP_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OTHER_LABEL = "other"
"""The label of methods and paths that a client made up; one label, or there would be no end of them."""
CLIENT_GONE = 499
"""The status of a request that was cancelled before an answer; by convention, for no standard has one."""

logger = logging.getLogger("ray.serve.palate.access")


class Observe:
    """Counts each request in the metrics and writes a line about it: never a body, never a key's secret."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status = time.perf_counter(), CLIENT_GONE

        async def send_noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            self._note(scope, status, time.perf_counter() - begin)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path_format", OTHER_LABEL)
        method = scope["method"] if scope["method"] in HTTP_METHODS else OTHER_LABEL
        self._metrics.answered(route, method, status, seconds)
        if logger.isEnabledFor(logging.INFO):
            caller: Caller | None = scope.get(CALLER)
            key = caller.name if caller else NO_KEY
            fields = {"method": method, "route": route, "status": status, "key": key}
            extra = {"request_id": request_id(), "ms": round(seconds * 1000, 2)} | fields
            logger.info("%s %s %d", method, route, status, extra=extra)
