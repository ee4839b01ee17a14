"""One undisturbed run of the whole pipeline, from which all files of tests go on that need one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.support.processes.made_once import made_once
from tests.support.processes.tiny_pipeline import FinishedPipeline, finish_in
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="session")
def finished_pipeline(
    tmp_path_factory: pytest.TempPathFactory, tiny: Tiny, tiny_encoder: Path
) -> FinishedPipeline:
    """A finished run, which tests leave as it is."""
    finish = partial(finish_in, tiny=tiny, encoder=tiny_encoder)
    return FinishedPipeline(made_once(tmp_path_factory, "pipeline", finish))
