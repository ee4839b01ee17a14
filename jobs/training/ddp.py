"""Distributed training (DDP) with Ray Train: workers, checkpoints, and going on after a loss."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import ray
import ray.train
import torch
import torch.distributed as dist
from ray.train import Checkpoint, CheckpointConfig, FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchConfig, TorchTrainer, get_device

from jobs.runtime.progress import Work, shared_progress_bar
from jobs.runtime.ray_session import SPINNING
from palate.config import Config
from palate.config.run import ResourcesConfig
from palate.errors import PalateError
from palate.storage import Folder

ATTEMPT = "checkpoints"


class Trainer(Protocol):
    """What can be checkpointed."""

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""


def require_equal_shares(setting: str, batch_size: int, config: Config) -> None:
    """Raise `PalateError` for a batch, set by `setting`, of which the workers cannot have equal shares."""
    workers = config.resources.train_workers
    if batch_size % workers:
        raise PalateError(
            f"{setting} ({batch_size}) must be a multiple of resources.train_workers ({workers})"
        )


def fit(
    work: Work,
    loop: Callable[[dict[str, Any]], None],
    *,
    config: Config,
    folder: Folder,
    attempt: str = ATTEMPT,
) -> None:
    """Run `loop` in every worker; its argument holds `config`, a dict, and `progress`, an actor to tell.

    Checkpoints go below the stage's folder, to `attempt`. A lost worker, or a killed run that starts again,
    goes on from the last of them; when the loop is through they are deleted.
    """
    resources = config.resources
    with shared_progress_bar(work) as progress:
        _InterruptibleTrainer(
            partial(_without_retry, loop=loop),
            train_loop_config={"config": config.model_dump(mode="json"), "progress": progress},
            torch_config=TorchConfig(backend="nccl" if resources.gpu else "gloo"),
            scaling_config=_scaling(resources),
            run_config=_run(folder, attempt, resources),
        ).fit()
        failure = ray.get(progress.failure.remote())
    if failure is not None:
        raise PalateError(failure)
    folder.delete(attempt)


class _InterruptibleTrainer(TorchTrainer):
    """A trainer that Ctrl-C ends as it ends every other stage.

    Ray's handler would stay in place for the stages after it, and end the process without a word.
    """

    def _register_sigint_handler(self, controller: Any) -> None:
        """Leave Python's own handler, which raises `KeyboardInterrupt`."""


def _without_retry(settings: dict[str, Any], loop: Callable[[dict[str, Any]], None]) -> None:
    """In a worker: run the loop; a mistake of the user's is told, for no other attempt could do better."""
    try:
        loop(settings)
    except PalateError as error:
        ray.get(settings["progress"].fail.remote(str(error)))


def _run(folder: Folder, attempt: str, resources: ResourcesConfig) -> RunConfig:
    return RunConfig(
        name=attempt,
        storage_path=folder.path,
        storage_filesystem=folder.fs,
        failure_config=FailureConfig(max_failures=resources.max_failures),
        checkpoint_config=CheckpointConfig(num_to_keep=2),
        worker_runtime_env=SPINNING,
    )


def _scaling(resources: ResourcesConfig) -> ScalingConfig:
    return ScalingConfig(
        num_workers=resources.train_workers,
        use_gpu=resources.gpu,
        resources_per_worker={"CPU": resources.cpus_per_train_worker}
        | ({"GPU": 1.0} if resources.gpu else {}),
    )


def begin(settings: dict[str, Any]) -> tuple[Config, torch.device]:
    """In a worker: the configuration, and the device to train on; bounds torch's threads."""
    config = Config.model_validate(settings["config"])
    torch.set_num_threads(config.resources.threads)
    return config, get_device()


def restore(trainer: Trainer) -> None:
    """In a worker: go on from the last checkpoint, if there is one."""
    checkpoint = ray.train.get_checkpoint()
    if checkpoint is not None:
        with checkpoint.as_directory() as folder:
            trainer.load(Path(folder))


def report(trainer: Trainer, metrics: dict[str, float]) -> None:
    """In every worker: hand over metrics; the first worker's state becomes a checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = None
        if is_first():
            trainer.save(Path(folder))
            checkpoint = Checkpoint.from_directory(folder)
        ray.train.report(metrics, checkpoint=checkpoint)


class TimedCheckpoints:
    """Checkpoints by time: all workers make one after the same step, when the first one's clock says so."""

    def __init__(self, trainer: Trainer, config: Config, clock: Callable[[], float] = time.monotonic) -> None:
        self._trainer, self._clock = trainer, clock
        self._seconds = config.resources.checkpoint_s
        self._next = clock() + self._seconds

    def after_step(self, metrics: dict[str, float], at_once: bool = False) -> None:
        """Hand over a checkpoint if it is time for one, or `at_once`, which is the same in all workers."""
        if at_once or self._due():
            report(self._trainer, metrics)
            self._next = self._clock() + self._seconds

    def _due(self) -> bool:
        due = torch.tensor(self._clock() >= self._next, dtype=torch.uint8)
        if dist.is_initialized():
            # Clocks differ, and a checkpoint is a barrier: the first worker decides for all.
            due = due.to(get_device())
            dist.broadcast(due, src=0)
        return bool(due)


def is_first() -> bool:
    """In a worker: whether it speaks for all."""
    return ray.train.get_context().get_world_rank() == 0
