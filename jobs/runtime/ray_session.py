"""Ray session: the cluster that the job was submitted to, or one started on this machine."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray
import ray.data
from ray._private.authentication import authentication_token_setup
from rich.console import Console

import palate
from jobs.runtime.cluster_address import cluster_address, nobody_answers, require_cluster
from palate.config import Config
from palate.errors import PalateError

SPINNING = {"env_vars": {"GOMP_SPINCOUNT": "10000"}}
"""For a worker that takes thousands of short steps: its threads wait awake for the next, tens of
microseconds. Sleeping threads make training a quarter longer; threads that wait thirty times as long make it
no faster, and six times slower beside other work."""

START_ATTEMPTS = 3
"""Times that Ray is started: on a busy machine one of its processes may be too late for the others."""


@contextmanager
def ray_session(config: Config) -> Iterator[None]:
    """Be connected to Ray inside the block; a local Ray is stopped at its end."""
    if ray.is_initialized():
        yield
        return
    environment = worker_environment(config)
    # Within the block, so that nothing is left of a start that was interrupted either.
    try:
        if cluster_address() is not None:
            _join_cluster(environment)
        else:
            _start_local(config, environment)
        _quieten()
        yield
    finally:
        ray.shutdown()


def connect(**options: Any) -> None:
    """`ray.init`, again if it did not come up in time; `PalateError` after the last attempt.

    A `ValueError` is about the options, which do not get better with time, and a `ConnectionError` about a
    cluster that Ray itself has asked again and again.
    """
    for attempt in range(1, START_ATTEMPTS + 1):
        try:
            ray.init(**options)
        except (ValueError, ConnectionError):
            raise
        except Exception as error:  # what a late process raises is often no more than an `Exception`
            ray.shutdown()
            reason = " ".join(str(error).split()) or type(error).__name__
            if attempt == START_ATTEMPTS:
                raise PalateError(f"Ray did not start, tried {START_ATTEMPTS} times: {reason}") from error
            Console(stderr=True).print(
                f"Ray did not start in time; attempt {attempt + 1} of {START_ATTEMPTS} ({reason})",
                highlight=False,
                markup=False,
            )
        else:
            return


def worker_environment(config: Config) -> dict[str, Any]:
    """Ray's runtime environment of every worker: this very library, and bounded threads."""
    threads = str(config.resources.threads)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    # Idle threads sleep: where cores are shared, spinning ones keep the others from their work.
    variables = dict.fromkeys(names, threads) | {
        "OMP_WAIT_POLICY": "PASSIVE",
        "TOKENIZERS_PARALLELISM": "false",
        # A report is taken in when the controller next looks; by default that is every 2 s.
        "RAY_TRAIN_HEALTH_CHECK_INTERVAL_S": "0.2",
    }
    if cluster_address() is None:
        return {"env_vars": variables}
    return {"env_vars": variables, "py_modules": [str(Path(palate.__file__).parent)]}


def _join_cluster(environment: dict[str, Any]) -> None:
    require_cluster()
    try:
        connect(runtime_env=environment, log_to_driver=True)
    except ConnectionError as error:
        raise nobody_answers() from error


def _start_local(config: Config, environment: dict[str, Any]) -> None:
    # Ray's ports accept only this session's processes: a token that lives in no file.
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    logging.getLogger(authentication_token_setup.__name__).setLevel(logging.ERROR)
    # What its processes write past Python onto the screen, at level "error" too, nobody can act on; its
    # exceptions tell what went wrong.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    connect(
        address="local",
        object_store_memory=config.resources.object_store_bytes,
        include_dashboard=False,
        runtime_env=environment,
        logging_level="warning",
        log_to_driver=False,
    )


def _quieten() -> None:
    """Our own progress, and warnings; no bars of Ray Data and transformers."""
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    logging.getLogger("ray.data._internal.progress").setLevel(logging.ERROR)  # "progress bars disabled"
    # Read when transformers is loaded, which takes seconds and is not worth it for a stage without a model.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if "transformers" in sys.modules:
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
