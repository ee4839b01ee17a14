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
from serving.proxy.environment import haproxy_environment
from serving.settings import ServingSettings

APPLICATION = "palate"
OBJECT_STORE_BYTES = 200_000_000
MEMORY_BYTES = 1 << 40
"""As Ray is told."""

_RAY = {
    # Ray takes the loopback for its own address on Windows and macOS alone, but on one machine no socket
    # needs to be for other machines.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # One event loop a replica for everything, and gRPC between replicas (benchmarks/serving).
    "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
    # Ray's workers otherwise give way to every other process of the machine.
    "RAY_worker_niceness": "0",
    # Log lines are written as they come, not a thousand at a time.
    "RAY_SERVE_REQUEST_PATH_LOG_BUFFER_SIZE": "1",
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
        leaving.enter_context(_environment(settings.api.timeout_s))
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
def _environment(answer_s: float) -> Iterator[None]:
    """Variables that Ray Serve reads when it is imported, and a folder of HAProxy's own."""
    if "ray.serve" in sys.modules:
        raise RuntimeError("Ray Serve was imported before its settings were made")
    folder = Path(tempfile.mkdtemp(prefix="palate-serve-"))
    haproxy = haproxy_environment(folder, answer_s, stats_port=free_port(), metrics_port=free_port())
    for name, value in (_RAY | haproxy).items():
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
        _memory=MEMORY_BYTES,
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
