"""Rooms of serving stand in one order: a module imports from its own room and from those below it alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "serving.proxy",
    "serving.api.settings",
    "serving.settings",
    "serving.api.schemas",
    "serving.api.request_id",
    "serving.api.errors",
    "serving.api",
    "serving.api.middleware",
    "serving.api.routes",
    "serving.api.app",
    "serving.pipeline",
    "serving.releases",
    "serving.users",
    "serving.experiments",
    "serving.explanations",
    "serving.recommendations",
    "serving.deployments",
    "serving.app",
    "serving.local",
)
"""From the ground up; what is in several of them is in the one with the longest name."""
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "serving").rglob("*.py"))
}


def floor(module: str) -> int:
    """The place of the module's room in the order."""
    rooms = [room for room in ROOMS if f"{module}.".startswith(f"{room}.")]
    return ROOMS.index(max(rooms, key=len))


def imported(path: Path) -> Iterator[str]:
    """Modules of serving that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("module", [name for name in MODULES if name != "serving"])
def test_no_import_leads_up(module: str) -> None:
    upwards = [
        name
        for name in imported(MODULES[module])
        if name in MODULES and name != "serving" and floor(name) > floor(module)
    ]
    assert upwards == []
