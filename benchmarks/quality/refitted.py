"""What it is worth to train once more, on the validation events too, before the test events are sought.

As a release does with `release.refit`, for which the test events are held-out ones no more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.accuracy import K, accuracy
from jobs.inputs import catalogue
from jobs.refit import METHODS, SEQUENCE_MODEL, learn_again
from jobs.refit import STAGE as REFIT
from jobs.stage import Counts, Stage, stage_folder
from palate.config import Config
from palate.evaluate.cases import Cases
from palate.evaluate.ranking import TieOrder, ranking
from palate.retrieve import Scorer, load_models
from palate.retrieve.hybrid import HYBRID, SEQUENCE, Hybrid, load_weights
from palate.sequence import load_sequence
from palate.storage import Folder


def _work(config: Config, folder: Folder) -> Counts:
    return learn_again(config, folder, "validation")


STAGE = Stage(
    "refit_before_test",
    work=_work,
    inputs=REFIT.inputs,
    sections=("sequence", "baselines"),
    keeps_progress=True,
)


def refitted(config: Config) -> dict[str, dict[str, float]]:
    """Metrics of the test events by the sequence model and, where a partner pays, by the hybrid."""
    folder, weights = stage_folder(config, STAGE.name), load_weights(stage_folder(config, "fuse"))
    methods: dict[str, Scorer] = {SEQUENCE: load_sequence(folder / SEQUENCE_MODEL)}
    if len(weights) > 1:
        partners = load_models(folder / METHODS, [name for name in weights if name != SEQUENCE])
        methods[HYBRID] = Hybrid({**methods, **partners}, weights)
    return {f"{name}, refitted": _accuracy(scorer, config) for name, scorer in methods.items()}


def _accuracy(scorer: Scorer, config: Config) -> dict[str, float]:
    ties = TieOrder(len(catalogue(config)), config.seed)

    def ranks(cases: Cases) -> NDArray[np.int64]:
        return ranking(scorer.scores(cases.histories), cases, ties, K)[0]

    return accuracy(config, ranks)
