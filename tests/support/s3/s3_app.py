"""An S3 server that can be as bad as a real one is at times; run by the interpreter of `.venv-s3`.

With `half` on the command line, one of ten requests gets half its answer. Copies are always refused, as S3
refuses those of large files. The address is printed once it answers.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

NO_COPY = b"<Error><Code>InvalidRequest</Code><Message>Too large to be copied.</Message></Error>"


class Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    protocol_version = "HTTP/1.1"

    def log(self, *arguments: Any) -> None:
        """Nothing."""


class Store:
    """The server's application, faults before it."""

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._app = DomainDispatcherApplication(create_backend_app)
        self._requests = itertools.count(1)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if "HTTP_X_AMZ_COPY_SOURCE" in environ:
            return refused(start, "400 Bad Request", NO_COPY)
        if self._fault == "half" and next(self._requests) % 10 == 0:
            return self._half(environ, start)
        return self._app(environ, start)

    def _half(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """The answer's first half, after which the connection breaks."""
        head: list[Any] = []
        body = b"".join(self._app(environ, lambda *given: head.extend(given[:2])))
        start(*head)
        yield body[: len(body) // 2]
        raise ConnectionError("half an answer, on purpose")


def refused(start: Callable[..., Any], status: str, body: bytes) -> list[bytes]:
    """An error as S3 says it."""
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, Store(sys.argv[1]), threaded=True, request_handler=Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
