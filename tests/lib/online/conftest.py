"""One server of each kind for the test session, and an empty database for each test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.online import embedded_store
from tests.support.online_helpers import event, fetch, run_with_store
from tests.support.processes.postgres_servers import DebianServer, EmbeddedServer, Server


@pytest.fixture(scope="session")
def stopped_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an embedded store that is stopped and holds an event; above it one closed to others."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    with embedded_store(closed / "a store") as url:
        run_with_store(url, lambda store: store.append([event("a")]))
    return closed / "a store"


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory, stopped_store: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("embedded") / "store"
    subprocess.run(["cp", "-a", stopped_store, folder], check=True)  # faster than making one anew
    server = EmbeddedServer(folder)
    yield server
    server.close()


@pytest.fixture(scope="session")
def debian_server() -> Iterator[Server]:
    server = DebianServer()
    yield server
    server.close()


@pytest.fixture(params=["embedded_server", "debian_server"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the servers that the store must work on."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def url(server: Server) -> str:
    """URL of an empty database."""
    return emptied(server)


@pytest.fixture
def embedded_url(embedded_server: Server) -> str:
    """URL of an empty database, for tests to which the kind of server is all one."""
    return emptied(embedded_server)


def emptied(server: Server) -> str:
    fetch(server.url, "DROP SCHEMA public CASCADE")
    fetch(server.url, "CREATE SCHEMA public")
    return server.url
