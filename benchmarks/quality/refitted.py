"""What it is worth to train once more, on the validation events too, before the test events are sought.

As a release does with `release.refit`, for which the test events are held-out ones no more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.accuracy import K, accuracy
from jobs.evaluate import with_hybrid
from jobs.refit import STAGE as REFIT
from jobs.refit import refit_models
from jobs.runtime.stage import Stage, StageCounts, stage_folder
from jobs.runtime.stage_inputs import REFITTED_METHODS, REFITTED_SEQUENCE, catalogue
from palate.config import Config
from palate.data.held_out import Cases
from palate.evaluate.ranking import TieOrder, ranking
from palate.retrieve import Scorer, load_models, saved_methods
from palate.retrieve.hybrid import HYBRID, SEQUENCE
from palate.sequence import load_sequence
from palate.storage import Folder


def _work(config: Config, folder: Folder) -> StageCounts:
    return refit_models(config, folder, "validation")


STAGE = Stage(
    "refit_before_test",
    work=_work,
    inputs=REFIT.inputs,
    sections=("sequence", "baselines"),
    keeps_progress=True,
)


def refitted(config: Config) -> dict[str, dict[str, float]]:
    """Metrics of the test events by the sequence model and, where a partner pays, by the hybrid."""
    folder = stage_folder(config, STAGE.name)
    stored = load_models(folder / REFITTED_METHODS, saved_methods(folder / REFITTED_METHODS))
    methods = with_hybrid({SEQUENCE: load_sequence(folder / REFITTED_SEQUENCE), **stored}, config)
    shown = [name for name in (SEQUENCE, HYBRID) if name in methods]
    return {f"{name}, refitted": _accuracy(methods[name], config) for name in shown}


def _accuracy(scorer: Scorer, config: Config) -> dict[str, float]:
    ties = TieOrder(len(catalogue(config)), config.seed)

    def ranks(cases: Cases) -> NDArray[np.int64]:
        return ranking(scorer.scores(cases.histories), cases, ties, K)[0]

    return accuracy(config, ranks)
