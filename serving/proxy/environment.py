"""Proxy environment: variables by which Ray Serve starts HAProxy; they count if set before it is imported."""

from __future__ import annotations

import resource
import shlex
import sys
from math import ceil
from pathlib import Path

from serving.proxy import launcher

SPARE_SECONDS = 10
"""A side may be silent for so much longer than an answer may take."""
MOST_CONNECTIONS = 16_384
"""An unfinished request holds 16 KB."""

SETTINGS = {
    "RAY_SERVE_ENABLE_HA_PROXY": "1",
    "RAY_SERVE_HAPROXY_METRICS_ENABLED": "0",
    # A lost replica is noticed within a second, not within ten.
    "RAY_SERVE_HAPROXY_HEALTH_CHECK_INTER": "1s",
    # One refused connection is enough; the request goes to another gateway, or waits in Ray's own proxy.
    "RAY_SERVE_HAPROXY_OBSERVE_ERROR_LIMIT": "1",
    # Every request may be sent again: lists change nothing, and events count once by their ids.
    "RAY_SERVE_HAPROXY_RETRY_ON": "conn-failure empty-response",
    # Three failed questions and HAProxy counts as lost: Ray starts another within seconds, not half a minute.
    "RAY_SERVE_PROXY_HEALTH_CHECK_PERIOD_S": "1",
    # On one machine nobody's connections have to be waited for.
    "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "0.01",
}


def haproxy_environment(folder: Path, answer_s: float, stats_port: int, metrics_port: int) -> dict[str, str]:
    """The variables for a HAProxy with all its files in `folder`, whose answers take at most `answer_s`."""
    seconds = str(ceil(answer_s) + SPARE_SECONDS)
    return SETTINGS | {
        "RAY_SERVE_HAPROXY_BINARY_PATH": str(_program(folder)),
        "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": str(folder / "haproxy.cfg"),
        "RAY_SERVE_HAPROXY_SOCKET_PATH": str(folder / "admin.sock"),
        "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH": str(folder / "metrics.sock"),
        "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": str(folder),
        "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": str(folder / "server-state"),
        "RAY_SERVE_HAPROXY_STATS_PORT": str(stats_port),
        "RAY_SERVE_HAPROXY_METRICS_PORT": str(metrics_port),
        "RAY_SERVE_HAPROXY_TIMEOUT_CLIENT_S": seconds,
        "RAY_SERVE_HAPROXY_TIMEOUT_SERVER_S": seconds,
        # After a change of the gateways, the HAProxy before it answers what it still holds.
        "RAY_SERVE_HAPROXY_HARD_STOP_AFTER_S": seconds,
        "RAY_SERVE_HAPROXY_MAXCONN": str(_connections()),
    }


def _program(folder: Path) -> Path:
    """The launcher as one program, run by this Python."""
    program = folder / "haproxy"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(launcher.__file__)} "$@"\n'
    )
    program.chmod(0o700)
    return program


def _connections() -> int:
    """As many as the open files of a process allow: two each and pipes, and some for HAProxy itself."""
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = files == resource.RLIM_INFINITY
    return MOST_CONNECTIONS if unlimited else min(MOST_CONNECTIONS, max(100, (files - 500) // 3))
