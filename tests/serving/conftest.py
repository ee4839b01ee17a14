"""A store, two releases, and one endpoint in graph mode that the whole session shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.online import embedded_store
from palate.storage import Folder
from tests.support.processes.palate_serve import RunningEndpoint, palate_serve
from tests.support.processes.wait import started
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="session")
def served_run(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    """Everything that the tiny releases are made of."""
    return tiny_run(str(tmp_path_factory.mktemp("served_run")), tiny.catalogue, tiny.histories)


@pytest.fixture(scope="session")
def served_releases(tmp_path_factory: pytest.TempPathFactory, served_run: Folder) -> Folder:
    """A folder whose current release recommends by EASE; the one before it by the sequence model."""
    releases = Folder(str(tmp_path_factory.mktemp("served_releases")))
    for method in ("sequence", "ease"):
        publish_tiny(served_run, releases, method)
    return releases


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the embedded store."""
    return tmp_path_factory.mktemp("serving") / "store"


@pytest.fixture(scope="session")
def store_url(store_folder: Path) -> Iterator[str]:
    """The store itself, for as long as the session lasts."""
    with started(lambda: embedded_store(store_folder)) as url:
        yield url


@pytest.fixture(scope="session")
def running_endpoint(
    served_releases: Folder, store_folder: Path, store_url: str
) -> Iterator[RunningEndpoint]:
    """URL and process of `palate serve --mode graph`."""
    options = ["--mode", "graph", "--no-explainer"]
    with palate_serve(served_releases.uri, store_folder, *options, settings=["watch_s=0.1"]) as running:
        yield running


@pytest.fixture(scope="session")
def endpoint(running_endpoint: RunningEndpoint) -> str:
    """URL of the endpoint."""
    return running_endpoint.url
