"""Proxy hardening: HAProxy's errors in Palate's shape, slow clients cut, statistics for this machine alone.

Ray Serve writes HAProxy's configuration. It has settings for some of this and none for the rest, so the text
is changed line by line before HAProxy reads it. Only the standard library is imported: this runs whenever
Ray reloads HAProxy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

HEADER_SECONDS = 5
"""Within which a client must have sent the headers of a request."""
SHARE_OF_ONE_ADDRESS = 0.75
"""Of all connections, so that one address cannot take them all; a balancer in front is one address too."""
RETRY_SECONDS = 1

ERRORS = {
    400: ("bad_request", "The request is not whole.", "Send HTTP/1.1, and all of the body."),
    408: ("timeout", "The request took too long to arrive.", "Send all of it at once."),
    500: ("internal", "The proxy failed to answer.", "Try again."),
    502: ("unavailable", "The server was lost while it answered.", "Try again in 1 s."),
    503: ("unavailable", "No server can answer now.", "Try again in 1 s."),
    504: ("timeout", "The answer took too long.", "Try again, or ask for less at once."),
}
"""Code, message and action of what HAProxy answers by itself.

Before the headers are whole there is no request yet, and its bare 400 or 408 cannot be changed.
"""
STARTING = ("starting", "The server is starting.", "Try again in 1 s.")

HARMLESS_ID = "^[A-Za-z0-9._-]{1,64}$"
"""What a request's id may be, as for `serving.api.request_id`."""


class UnknownConfiguration(Exception):
    """The configuration is not the one that Ray 2.60 writes."""


def hardened(configuration: str) -> str:
    """Ray's configuration of HAProxy, made safe; `UnknownConfiguration` if a line to change is missing."""
    for change in (
        _own_errors,
        _frontend,
        _before_the_application,
        _new_connections,
        _loopback,
        _private_socket,
    ):
        configuration = change(configuration)
    return configuration


def _own_errors(text: str) -> str:
    """Errors of HAProxy itself, and time for headers; in the defaults, from which all sections take them."""
    text = re.sub(r"\n *errorfile \d+ .*", "", text)
    lines = [
        f"timeout http-request {HEADER_SECONDS}s",
        # A browser connects ahead of need; that it then sends nothing is no error.
        "option http-ignore-probes",
        *(f"http-error {_answer(status, *parts)}" for status, parts in ERRORS.items()),
    ]
    return _replaced(text, r"^defaults\n", lambda line: line + _block(lines))


def _frontend(text: str) -> str:
    """An id for every request, a bound for every address, and Palate's shape for what Ray answers as text."""
    maximum = re.search(r"^ *maxconn (\d+)$", text, re.MULTILINE)
    most = int(SHARE_OF_ONE_ADDRESS * int(maximum[1])) if maximum else 0
    foreign = "{ status ge 400 } !{ res.hdr(content-type) -m beg application/json }"
    lines = [
        "stick-table type ipv6 size 100k expire 60s store conn_cur",
        "tcp-request connection track-sc0 src",
        f"tcp-request connection reject if {{ sc_conn_cur(0) gt {most} }}",
        f"acl has_id req.fhdr(x-request-id) -m reg {HARMLESS_ID}",
        "http-request set-header X-Request-ID %[uuid()] unless has_id",
        # Whose address it is, in the place of whatever a client claims; the gateways count requests by it.
        "http-request set-header X-Forwarded-For %[src]",
        "http-request set-var(txn.request_id) req.fhdr(x-request-id)",
        # Palate's own errors are JSON; Ray's are plain text, and say that it waited in vain for a gateway.
        f"http-response return {_answer(503, *ERRORS[503])} if {foreign}",
        "http-response set-header X-Request-ID %[var(txn.request_id)]",
        # To a client it is the same whether the gateway was lost before or during its answer.
        "http-after-response set-status 503 if { status 502 }",
    ]
    return _replaced(text, r"^frontend http_frontend\n *bind .*\n", lambda line: line + _block(lines))


def _before_the_application(text: str) -> str:
    """503 instead of 404 on every path, for as long as there is no application."""
    rule = f"http-request return {_answer(503, *STARTING)}"
    return _replaced(text, r"^ *http-request return status 404 .*\n", lambda _: _block([rule]))


def _new_connections(text: str) -> str:
    """A new connection to a gateway for each request: if a used one breaks, HAProxy hangs up unanswered."""
    return text.replace("    http-reuse always\n", "    option http-server-close\n")


def _loopback(text: str) -> str:
    """HAProxy's pages of statistics and metrics, which ask for no login, for this machine alone."""
    text = _replaced(text, r"^( *bind ):(?=\d+$)", lambda line: f"{line[:-1]}127.0.0.1:")
    return _replaced(text, r"^( *bind )\*:(?=\d+\n *stats enable)", lambda line: f"{line[:-2]}127.0.0.1:")


def _private_socket(text: str) -> str:
    """The administrator's socket for the same user alone."""
    return _replaced(text, r"^ *stats socket \S+ mode 666", lambda line: line.replace("mode 666", "mode 600"))


def _answer(status: int, code: str, message: str, action: str) -> str:
    """The rest of a rule that answers in the shape of `ErrorResponse`."""
    body = _body(code, message, action, request_id="%[var(txn.request_id)]")
    headers = {"X-Request-ID": "%[var(txn.request_id)]", "Cache-Control": "no-store"}
    if status in (502, 503):
        headers["Retry-After"] = str(RETRY_SECONDS)
    added = " ".join(f"hdr {name} {value}" for name, value in headers.items())
    return f"status {status} content-type application/json lf-string '{body}' {added}"


def _body(code: str, message: str, action: str, request_id: str) -> str:
    error = {"code": code, "message": message, "action": action, "request_id": request_id}
    return json.dumps({"error": error})


def _block(lines: list[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)


def _replaced(text: str, pattern: str, change: Callable[[str], str]) -> str:
    """The text with the one match of the pattern changed."""
    changed, count = re.subn(pattern, lambda match: change(match[0]), text, flags=re.MULTILINE)
    if count != 1:
        raise UnknownConfiguration(
            f"Ray's configuration of HAProxy has {count} lines like {pattern!r} instead of one; "
            "use the version of Ray that requirements/ names"
        )
    return changed
