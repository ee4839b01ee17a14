"""Hyper-parameter search: settings of the sequence model that do best on the validation events.

    settings by Optuna's TPE --Ray Tune, trials stopped early by ASHA--> trials/ --> best.yaml

A trial that has ended has a JSON file of its own, which is all that a search remembers: one that was killed
is told of those that ended, and begins what is left.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from functools import partial
from typing import Any

import optuna
import torch
import yaml
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search.optuna import OptunaSearch

from jobs.runtime.progress import ProgressCounter, Work, progress_bar
from jobs.runtime.stage import Stage, StageCounts, stage_command
from jobs.runtime.stage_inputs import history_shards
from jobs.training.sequence import MemberTraining, no_hidden_items, train_until_stopped, trainer_of
from palate.config import Config, RangeConfig, changed
from palate.config.search import TUNED
from palate.errors import PalateError
from palate.storage import Folder
from palate.training import TrainingDiverged

TRIALS, BEST = "trials", "best.yaml"
SETTINGS, NDCG, EPOCHS = "settings", "ndcg@10", "epochs"
_REDUCTION = 3


def search(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves a file for each trial, and the best settings as YAML."""
    ended = list(ended_trials(folder))
    if len(ended) < config.tune.trials:
        failures = _try(config, folder, ended)
        ended = list(ended_trials(folder))
        if not ended:
            raise PalateError(f"No trial of the search came to an end. The first failed so: {failures[0]}")
    best = max(ended, key=lambda trial: trial[NDCG])
    sequence = {path.removeprefix(TUNED): value for path, value in best[SETTINGS].items()}
    folder.write_bytes(BEST, yaml.safe_dump({"sequence": sequence}).encode())
    return StageCounts(rows_in=config.tune.trials, rows_out=len(ended))


def ended_trials(folder: Folder) -> Iterable[dict[str, Any]]:
    """Settings, best validation NDCG@10 and epochs of each trial that has ended, first the earliest."""
    return (folder.read_json(name) for name in folder.files(TRIALS))


def _try(config: Config, folder: Folder, ended: list[dict[str, Any]]) -> list[Exception]:
    """Begin what is left of the search; what went wrong in it."""
    settings = config.tune
    os.environ["RAY_AIR_NEW_OUTPUT"] = "0"  # it would print of its temporary folder
    os.environ["TUNE_DISABLE_SIGINT_HANDLER"] = "1"  # it would go on until every trial has ended
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with (
        tempfile.TemporaryDirectory() as results,
        progress_bar(Work("search for settings", "trials"), total=settings.trials) as progress,
    ):
        recorder = _Recorder(folder, ended, progress)
        grid = tune.Tuner(
            tune.with_resources(
                partial(_trial, config=config), {"cpu": config.resources.cpus_per_train_worker}
            ),
            tune_config=_tune_config(config, ended),
            run_config=tune.RunConfig(storage_path=results, verbose=0, callbacks=[recorder]),
        ).fit()
        return list(grid.errors)


def _tune_config(config: Config, ended: list[dict[str, Any]]) -> tune.TuneConfig:
    """How trials are chosen, and which of them are stopped early (ASHA)."""
    settings, epochs = config.tune, config.sequence.epochs
    return tune.TuneConfig(
        search_alg=_searcher(config, ended),
        scheduler=ASHAScheduler(
            metric=NDCG,
            mode="max",
            max_t=epochs,
            grace_period=min(settings.grace_epochs, epochs),
            reduction_factor=_REDUCTION,
        ),
        num_samples=settings.trials - len(ended),
        max_concurrent_trials=settings.at_once,
    )


def _searcher(config: Config, ended: list[dict[str, Any]]) -> OptunaSearch:
    """A search that knows what ended, and otherwise begins with the settings as they are."""
    return OptunaSearch(
        {path: _distribution(values) for path, values in config.tune.space.items()},
        metric=NDCG,
        mode="max",
        seed=config.seed + len(ended),
        points_to_evaluate=[trial[SETTINGS] for trial in ended] or _as_they_are(config),
        evaluated_rewards=[trial[NDCG] for trial in ended] or None,
    )


def _distribution(values: RangeConfig | tuple[Any, ...]) -> BaseDistribution:
    if isinstance(values, tuple):
        return CategoricalDistribution(values)
    return FloatDistribution(values.low, values.high, log=values.log)


def _as_they_are(config: Config) -> list[dict[str, Any]]:
    """The current settings as the one place to begin at; none where the space does not hold them."""
    sequence = config.sequence.model_dump(mode="json")
    current = {path: sequence[path.removeprefix(TUNED)] for path in config.tune.space}
    inside = (
        current[path] in values if isinstance(values, tuple) else values.low <= current[path] <= values.high
        for path, values in config.tune.space.items()
    )
    return [current] if all(inside) else []


def _require_sound(config: Config) -> None:
    """Raise `PalateError` now for values of the space that no trial could take."""
    for path, values in config.tune.space.items():
        for value in values if isinstance(values, tuple) else (values.low, values.high):
            changed(config, {path: value})


def _trial(values: dict[str, Any], config: Config) -> None:
    """Train with these settings; says after each epoch how good the best one was."""
    config = changed(config, values)
    torch.set_num_threads(config.resources.threads)
    training = MemberTraining(config, torch.device("cpu"), history_shards(config), no_hidden_items(config))
    trainer = trainer_of(training)
    try:
        for _ in train_until_stopped(trainer, training):
            tune.report({NDCG: max(trainer.curve), EPOCHS: len(trainer.curve)})
    except TrainingDiverged:
        # Settings that diverge are as bad as can be, whatever the epochs before gave.
        tune.report({NDCG: 0.0, EPOCHS: len(trainer.curve)})


class _Recorder(tune.Callback):
    """Writes down each trial that ends, by itself or because others do better."""

    def __init__(self, folder: Folder, ended: list[dict[str, Any]], progress: ProgressCounter) -> None:
        self._folder, self._progress = folder, progress
        self._ended = len(ended)
        self._best = max((trial[NDCG] for trial in ended), default=0.0)
        progress.advance(len(ended))

    def on_trial_complete(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        result = trial.last_result
        record = {SETTINGS: trial.config, NDCG: result[NDCG], EPOCHS: result[EPOCHS]}
        self._folder.write_json(f"{TRIALS}/{self._ended:04d}.json", record)
        self._ended, self._best = self._ended + 1, max(self._best, result[NDCG])
        self._progress.note(f"best validation NDCG@10 {self._best:.4f}")
        self._progress.advance(1)


STAGE = Stage(
    "tune",
    work=search,
    inputs=("prepare", "embed_catalogue"),
    sections=(
        "sequence",
        "evaluation.repeats",
        "evaluation.max_users",
        "tune.space",
        "tune.grace_epochs",
        "tune.trials",
    ),
    check=_require_sound,
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
