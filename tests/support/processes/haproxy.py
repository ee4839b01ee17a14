"""HAProxy by itself, without Ray: started as Ray starts it, in front of a server of the test's own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread

from ray.serve._private.haproxy import BackendConfig, HAProxyApi, HAProxyConfig, ServerConfig
from ray.serve.config import HTTPOptions

from serving.local import free_port
from serving.proxy import launcher
from tests.support.processes.process_tree import require_running
from tests.support.processes.wait import wait_until

HEALTHY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def configuration(folder: Path, port: int, servers: Sequence[int] | None, maxconn: int = 100) -> Path:
    """What Ray writes for an application with a gateway on each of these ports; None: there is none yet."""
    gateways = [ServerConfig(f"gateway-{server}", "127.0.0.1", server) for server in servers or ()]
    application = BackendConfig(name="http-palate", path_prefix="/", servers=gateways, app_name="palate")
    config = HAProxyConfig(
        http_options=HTTPOptions(host="127.0.0.1", port=port),
        socket_path=str(folder / "admin.sock"),
        enable_hap_optimization=False,
        maxconn=maxconn,
        stats_port=free_port(),
        metrics_port=free_port(),
        metrics_enabled=False,
        observe_mark_down_enabled=False,
    )
    path = folder / "haproxy.cfg"
    HAProxyApi(
        config, {} if servers is None else {"palate": application}, str(path)
    )._generate_config_file_internal()
    return path


@contextmanager
def haproxy(folder: Path, servers: Sequence[int] | None, maxconn: int = 100) -> Iterator[int]:
    """The port of a HAProxy that the launcher has started."""
    port = free_port()
    path = configuration(folder, port, servers, maxconn)
    program = str(launcher.__file__)
    command = [sys.executable, program, "-db", "-f", str(path)]
    process = subprocess.Popen(command, env=os.environ | {launcher.OURSELVES: program})
    try:
        wait_until(lambda: require_running(process) or _listens(port), "HAProxy listens")
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def canned(answer: bytes) -> Iterator[int]:
    """The port of a server that is well, answers every request with these bytes, and then hangs up."""
    with ExitStack() as stack:
        listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        stack.callback(listener.shutdown, socket.SHUT_RDWR)
        Thread(target=_answer_all, args=(listener, answer), daemon=True).start()
        yield listener.getsockname()[1]


def _answer_all(listener: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # the test is over
            return
        with connection:
            request = connection.recv(1 << 16)
            connection.sendall(HEALTHY if request.startswith(b"GET /-/healthz") else answer)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
