"""The image: only what runs, pinned by hash, not root; every file that its steps name is in a checkout."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import palate

ROOT = Path(__file__).parents[2]
FILE = (ROOT / "Containerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, str]:
    """Each package of a lock with its version and hashes."""
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    return {entry.split("==")[0].split(" @")[0]: entry for entry in entries}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("variant", ["cpu", "gpu"])
def test_runtime_lock_is_a_part_of_the_whole_one(variant: str) -> None:
    runtime, whole = locked(f"runtime-{variant}.txt"), locked(f"{variant}.txt")
    assert {name: entry for name, entry in runtime.items() if whole.get(name) != entry} == {}
    assert all("--hash=sha256:" in entry for entry in runtime.values())


@pytest.mark.parametrize("variant", ["cpu", "gpu"])
def test_runtime_lock_has_all_that_palate_imports_and_no_tool_of_development(variant: str) -> None:
    packages, extras = set(locked(f"runtime-{variant}.txt")), PROJECT["optional-dependencies"]
    apart = {"torch"} if variant == "cpu" else set()
    assert names(PROJECT["dependencies"]) | names(extras[variant]) | names(extras["demo"]) <= packages | apart
    # httpx, aiohttp and jsonschema come with Ray and FastAPI.
    tools = names(extras["dev"]) - {"httpx", "aiohttp", "jsonschema"}
    assert tools & packages == set()


def test_every_file_that_is_copied_is_there() -> None:
    sources = [
        source for line in re.findall(r"^COPY (.+)$", FILE, re.MULTILINE) for source in line.split()[:-1]
    ]
    assert sources
    for source in sources:
        for variant in ("cpu", "gpu"):
            assert (ROOT / source.replace("${VARIANT}", variant)).exists()


def test_image_runs_as_the_user_that_the_manifests_name() -> None:
    assert FILE.rindex("\nUSER 1000:1000\n") > FILE.rindex("\nRUN ")
    assert "useradd --uid 1000" in FILE


def test_base_image_and_tags_are_of_one_exact_version() -> None:
    assert re.findall(r"^FROM (\S+)$", FILE, re.MULTILINE) == ["python:3.11.14-slim-bookworm"]
    assert set(re.findall(r"palate:(\d\S+)-(?:cpu|gpu)", FILE)) == {palate.__version__}


def test_torch_is_of_the_version_that_palate_asks_for() -> None:
    (asked,) = (name for name in PROJECT["dependencies"] if name.startswith("torch=="))
    assert {version.removesuffix("+cpu") for version in re.findall(r"torch==\S+", FILE)} == {asked}


def test_only_what_the_image_needs_is_sent_to_its_builder() -> None:
    sent = {
        line.removeprefix("!/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    copied = {"requirements", "pyproject.toml", "README.md", "LICENSE", "lib", "jobs", "serving"}
    assert sent == copied
