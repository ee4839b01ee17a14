"""Baselines: popularity, neighbours, EASE and iALS, the methods that every report compares with."""

from __future__ import annotations

from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.training.baselines import fit_baselines
from palate.config import Config
from palate.storage import Folder


def train_baselines(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves every method's model in the stage's folder."""
    return fit_baselines(config, folder)


STAGE = Stage(
    "train_baselines", work=train_baselines, inputs=("prepare",), sections=("baselines", "data.repeat")
)

if __name__ == "__main__":
    stage_command(STAGE)
