"""Local endpoint: Ray, the store and the application on this machine, while the command runs."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ray.serve.schema import ServeStatus

from palate.errors import PalateError
from palate.online.postgres.embedded import store_at
from palate.release import verified_release
from palate.storage import Folder
from serving.settings import ServingSettings

APPLICATION = "palate"
OBJECT_STORE_BYTES = 200_000_000

_SPEED = {
    # One event loop a replica for everything, gRPC between replicas, and HAProxy in front of them:
    # benchmarks/serving says what each is worth.
    "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
    "RAY_SERVE_ENABLE_HA_PROXY": "1",
    "RAY_SERVE_HAPROXY_METRICS_ENABLED": "0",
    # Ray's workers otherwise give way to every other process of the machine.
    "RAY_worker_niceness": "0",
    # Log lines are written as they come, not a thousand at a time.
    "RAY_SERVE_REQUEST_PATH_LOG_BUFFER_SIZE": "1",
    # A lost replica is noticed within a second, not within ten.
    "RAY_SERVE_HAPROXY_HEALTH_CHECK_INTER": "1s",
    # Every request may be sent again: lists change nothing, and events count once by their ids.
    "RAY_SERVE_HAPROXY_RETRY_ON": "conn-failure empty-response",
    # On one machine nobody's connections have to be waited for.
    "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "0.01",
    "RAY_SERVE_HAPROXY_HARD_STOP_AFTER_S": "5",
}


@contextmanager
def endpoint(settings: ServingSettings, host: str, port: int) -> Iterator[str]:
    """Serve at `http://host:port` inside the block, and leave nothing running after it.

    `PalateError` if there is no release that can be served, or something else has the port.
    """
    verified_release(Folder(settings.releases))
    if not settings.api.auth and host not in ("127.0.0.1", "localhost", "::1"):
        raise PalateError(
            f"Without keys the endpoint may only listen on 127.0.0.1, not on {host}: make a key with "
            "`palate keys create NAME --role read` and add api.auth=true"
        )
    _require_free(host, port)
    with ExitStack() as leaving:
        leaving.enter_context(store_at(settings.store))
        leaving.enter_context(_environment())
        leaving.enter_context(_ray())
        leaving.enter_context(_application(settings, host, port))
        yield f"http://{host}:{port}"


def wait_for_interrupt() -> None:
    """Return once somebody presses Ctrl-C or the process is told to end."""
    interrupted = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: interrupted.set())
    while not interrupted.wait(1.0):  # a wait without end would not be woken by a signal
        pass


@contextmanager
def _environment() -> Iterator[None]:
    """Variables that Ray Serve reads when it is imported, and a folder of HAProxy's own."""
    if "ray.serve" in sys.modules:
        raise RuntimeError("Ray Serve was imported before its settings were made")
    folder = Path(tempfile.mkdtemp(prefix="palate-serve-"))
    names = {
        "CONFIG_FILE_LOC": "haproxy.cfg",
        "SOCKET_PATH": "admin.sock",
        "METRICS_SOCKET_PATH": "metrics.sock",
    }
    files = {f"RAY_SERVE_HAPROXY_{name}": str(folder / file) for name, file in names.items()}
    state = {
        "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": str(folder),
        "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": str(folder / "server-state"),
        "RAY_SERVE_HAPROXY_STATS_PORT": str(free_port()),
        "RAY_SERVE_HAPROXY_METRICS_PORT": str(free_port()),
    }
    for name, value in (_SPEED | files | state).items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _ray() -> Iterator[None]:
    import ray
    from ray._private.authentication import authentication_token_setup

    # Ray's ports accept only this session's processes: a token that lives in no file.
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    logging.getLogger(authentication_token_setup.__name__).setLevel(logging.ERROR)
    ray.init(
        address="local",
        # Placing, not a limit: on a small machine every stage must fit.
        num_cpus=max(8, os.cpu_count() or 1),
        object_store_memory=OBJECT_STORE_BYTES,
        include_dashboard=False,
        logging_level="warning",
        log_to_driver=False,
    )
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _application(settings: ServingSettings, host: str, port: int) -> Iterator[None]:
    from ray import serve

    from serving.app import application

    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    serve.start(http_options={"host": host, "port": port, "request_timeout_s": settings.api.timeout_s + 5})
    try:
        try:
            serve.run(application(settings), name=APPLICATION, route_prefix="/")
        except RuntimeError as error:
            raise PalateError(_why(serve.status())) from error
        yield
    finally:
        serve.shutdown()


def _why(status: ServeStatus) -> str:
    """Why the application did not start, in the words of the deployment that failed."""
    application = status.applications[APPLICATION]
    deployments = application.deployments.values()
    messages = [deployment.message.strip() for deployment in deployments if "Error" in deployment.message]
    last = messages[0].splitlines()[-1] if messages else application.message
    return f"The endpoint did not start: {last}"


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PalateError(
                f"Cannot listen on {host}:{port} ({error.strerror}); choose another with --port"
            ) from error


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
