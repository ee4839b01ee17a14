"""One undisturbed run of the whole pipeline, from which all files of tests go on that need one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.processes.made_once import made_once
from tests.support.processes.tiny_pipeline import FinishedPipeline, Pipeline, write_inputs
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="session")
def finished_pipeline(
    tmp_path_factory: pytest.TempPathFactory, tiny: Tiny, tiny_encoder: Path
) -> FinishedPipeline:
    """A finished run, which tests leave as it is."""

    def finish(place: Path) -> None:
        # The encoder's own folder goes with the process that made it.
        encoder = shutil.copytree(tiny_encoder, place / "encoder")
        Pipeline(write_inputs(place, tiny, encoder), place / "run").finish()

    return FinishedPipeline(made_once(tmp_path_factory, "pipeline", finish))
