"""The shipped TLS terminator: HTTPS outside, the endpoint inside, and nothing of Ray's own in between."""

from __future__ import annotations

import http.client
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.local import free_port
from serving.proxy.launcher import haproxy_program
from tests.support.processes.haproxy import canned
from tests.support.processes.process_tree import require_running
from tests.support.processes.wait import wait_until

CONFIGURATION = Path(__file__).parents[3] / "deploy" / "tls.cfg"
ANSWER_S = 300.0
"""A guard against hanging, not a measure: a shared machine may be slow."""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[int]:
    """The port of the terminator, before a server that answers `{}`."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", "key.pem", "-out", "chain.pem"], cwd=tmp_path, check=True)
    parts = [(tmp_path / name).read_text() for name in ("chain.pem", "key.pem")]
    (tmp_path / "palate.pem").write_text("".join(parts))
    port = free_port()
    with canned(ANSWER) as server:
        text = CONFIGURATION.read_text().replace(":8443", f"127.0.0.1:{port}")
        (tmp_path / "tls.cfg").write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{server}"))
        process = subprocess.Popen([haproxy_program(), "-db", "-f", "tls.cfg"], cwd=tmp_path)
        try:
            wait_until(lambda: require_running(process) or status(port, "/v1/releases") == 200, "it answers")
            yield port
        finally:
            process.kill()
            process.wait()


def status(port: int, path: str) -> int | None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it signed its own certificate
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=ANSWER_S, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None


def test_only_the_api_is_reached_through_tls(tls_port: int) -> None:
    paths = ("/v1/recommend", "/-/routes", "/-/healthz", "/metrics")
    assert [status(tls_port, path) for path in paths] == [200, 404, 404, 404]


def test_plain_http_is_not_answered(tls_port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", tls_port, timeout=ANSWER_S)
    connection.request("GET", "/")
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.getresponse()
