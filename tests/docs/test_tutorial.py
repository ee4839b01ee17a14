"""The tutorial runs as it is printed, block by block; so does what the README asks of an endpoint."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import palate
from tests.support.documents import Block, blocks
from tests.support.processes.palate_serve import palate_serve

pytestmark = pytest.mark.ray

TUTORIAL = blocks("docs/tutorial.md")
SERVE = next(block for block in TUTORIAL if block.text.startswith("palate serve"))
BEFORE_SERVING, AFTER = TUTORIAL[1 : TUTORIAL.index(SERVE)], TUTORIAL[TUTORIAL.index(SERVE) + 1 :]
"""The first block sets up, which whoever runs this has done."""
WITH_MODEL = [block for block in BEFORE_SERVING if "--explain" in block.text]
TRAINING = [block for block in BEFORE_SERVING if block not in WITH_MODEL]
REQUESTS = [block for block in AFTER if block.text.startswith("curl")]
README_REQUESTS = [block for block in blocks("README.md") if block.text.startswith("curl")]


def run(block: Block, folder: Path, url: str = "") -> str:
    """Run a block in the folder, with an endpoint's address in place of the printed one; what it prints."""
    text = block.text.replace("localhost:8000", url.removeprefix("http://"))
    command = [sys.executable, "-c"] if block.language == "python" else ["bash", "-e", "-c"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [*command, text], cwd=folder, env=os.environ | {"PATH": path, "HF_HUB_OFFLINE": "1"},
        capture_output=True, text=True, timeout=800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{text}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder after everything before serving, and what each block printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    return folder, [run(block, folder) for block in TRAINING]


@pytest.fixture(scope="module")
def address(shop: tuple[Path, list[str]]) -> Iterator[str]:
    """The tutorial's endpoint, on a port that is free."""
    options = shlex.split(SERVE.text)[2:]
    places = {name: options.pop(options.index(name) + 1) for name in ("--releases", "--store")}
    others = [option for option in options if option not in places]
    with (
        contextlib.chdir(shop[0]),
        palate_serve(places["--releases"], Path(places["--store"]), *others) as endpoint,
    ):
        yield endpoint.url


def test_every_block_up_to_serving_runs_and_the_lists_are_explained(shop: tuple[Path, list[str]]) -> None:
    folder, printed = shop
    assert "48 books, 1200 orders" in printed[0]
    assert (folder / "shop" / "run" / "report.html").exists()
    assert "Recommendations for user 42" in printed[-2]
    assert printed[-1].count("ecause you") == 5
    assert len(palate.open_release(folder / "shop" / "releases").recommend(user="42", k=5)) == 5


@pytest.mark.model
def test_the_language_model_explains_the_list(shop: tuple[Path, list[str]]) -> None:
    assert [block.language for block in WITH_MODEL] == ["sh"]
    assert "why" in run(WITH_MODEL[0], shop[0])


@pytest.mark.server
def test_requests_of_the_tutorial_are_answered(shop: tuple[Path, list[str]], address: str) -> None:
    recommended, events = (run(block, shop[0], address) for block in REQUESTS)
    assert len(json.loads(recommended)["items"]) == 5
    assert '"accepted":2' in events
    assert "error" not in recommended + events


@pytest.mark.server
def test_request_of_the_readme_is_answered(shop: tuple[Path, list[str]], address: str) -> None:
    assert [len(json.loads(run(block, shop[0], address))["items"]) for block in README_REQUESTS] == [5]


def test_releases_are_listed_as_printed(shop: tuple[Path, list[str]]) -> None:
    listing = next(block for block in AFTER if block.text.startswith("palate releases list"))
    assert "current" in run(listing, shop[0])
