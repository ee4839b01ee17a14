"""A stage of the pipeline: what it reads, what it depends on, and the manifest that lets it be skipped."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NamedTuple

from ray.exceptions import RayTaskError

import palate
from jobs.runtime.faults import INTERRUPTED, machine_fault, user_mistake
from jobs.runtime.memory import PeakMemory
from jobs.runtime.ray_session import ray_session
from jobs.runtime.run_lock import run_lock
from palate.config import Config, load_config
from palate.errors import PalateError, printable
from palate.storage import Folder, absolute_uri

STAGE_MANIFEST = "manifest.json"


class StageCounts(NamedTuple):
    """Rows that a stage read, wrote, and set aside with a reason."""

    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0


def _nothing(config: Config) -> str:
    return ""


def _anything(config: Config) -> None:
    """Refuses no settings."""


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline. It writes below `<run>/<name>` and nowhere else."""

    name: str
    work: Callable[[Config, Folder], StageCounts]
    """Does the work: from the configuration and the stage's own folder to the counts."""
    inputs: tuple[str, ...] = ()
    """Names of the stages whose results it reads."""
    sections: tuple[str, ...] = ()
    """Parts of the configuration that change its result, as `data` or `evaluation.cold_share`."""
    fingerprint: Callable[[Config], str] = _nothing
    """Identity of what it reads from outside the run."""
    check: Callable[[Config], None] = _anything
    """Raises `PalateError` for what the settings and the world outside the run tell cannot work. A run asks
    all its stages before any begins."""
    check_inputs: Callable[[Config], None] = _anything
    """The same for what only the results of earlier stages tell, before anything older is put aside."""
    keeps_progress: bool = False
    """Whether a half-finished attempt with the same key is left for the work to continue."""
    keeps_results: bool = False
    """Whether older results are left for the work to take over what is still valid."""


def stage_folder(config: Config, name: str) -> Folder:
    """Where the stage of this name has its results."""
    return Folder(config.run) / name


def stage_key(stage: Stage, config: Config) -> str:
    """Hash of all that determines the stage's result: settings, inputs, sources, version."""
    tree = config.model_dump(mode="json")
    identity = {
        "stage": stage.name,
        "version": palate.__version__,
        "seed": config.seed,
        "settings": {name: _part(tree, name) for name in stage.sections},
        "inputs": {
            name: stage_folder(config, name).read_json(STAGE_MANIFEST)["key"] for name in stage.inputs
        },
        "fingerprint": stage.fingerprint(config),
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def finished_manifest(stage: Stage, config: Config) -> dict[str, Any] | None:
    """The manifest of a finished stage that still matches, or None."""
    folder = stage_folder(config, stage.name)
    if not folder.exists(STAGE_MANIFEST):
        return None
    manifest: dict[str, Any] = folder.read_json(STAGE_MANIFEST)
    return manifest if manifest["key"] == stage_key(stage, config) else None


def run_stage(stage: Stage, config: Config) -> dict[str, Any]:
    """Run the stage unless its manifest still matches, and return its manifest."""
    _require_inputs(stage, config)
    finished = finished_manifest(stage, config)
    if finished is not None:
        return finished
    stage.check(config)
    stage.check_inputs(config)
    with run_lock(config.run):
        return _run(stage, config)


def _run(stage: Stage, config: Config) -> dict[str, Any]:
    folder, key = stage_folder(config, stage.name), stage_key(stage, config)
    _clear(stage, folder, key)
    started = time.monotonic()
    # Workers have a working directory of their own.
    located = config.model_copy(update={"run": absolute_uri(config.run)})
    with ray_session(config), PeakMemory() as memory:
        counts = _worked(stage, located, folder)
    manifest = {
        "stage": stage.name,
        "key": key,
        **counts._asdict(),
        "seconds": round(time.monotonic() - started, 3),
        "peak_memory_bytes": memory.peak_bytes,
        "versions": library_versions(),
    }
    folder.write_json(STAGE_MANIFEST, manifest)
    return manifest


def _worked(stage: Stage, config: Config, folder: Folder) -> StageCounts:
    try:
        return stage.work(config, folder)
    except RayTaskError as error:
        mistake = user_mistake(error)
        if mistake is None:
            raise
        raise mistake from None


def library_versions() -> dict[str, str]:
    """What a manifest says of the libraries that a result was made with."""
    return {name: version(name) for name in ("ray", "torch", "transformers", "pyarrow", "numpy")}


def stage_command(stage: Stage) -> None:
    """The command line of `python -m jobs.<stage> --config FILE key.path=value ...`."""
    run_command(lambda config: print(json.dumps(run_stage(stage, config), indent=2)))


def run_command(work: Callable[[Config], None]) -> None:
    """Read the configuration from the command line and do the work; a user's mistake ends with status 2."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--config", help="YAML file; without it the defaults, which run the demonstration")
    parser.add_argument("overrides", nargs="*", help="settings as key.path=value, such as sequence.layers=3")
    options = parser.parse_args()
    try:
        work(load_config(options.config, options.overrides))
    except PalateError as error:
        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        fault = machine_fault(error)
        if fault is None:
            raise
        print(printable(f"error: {fault}"), file=sys.stderr)
        sys.exit(2)


def _part(tree: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        tree = tree[name]
    return tree


def _require_inputs(stage: Stage, config: Config) -> None:
    for name in stage.inputs:
        if not stage_folder(config, name).exists(STAGE_MANIFEST):
            raise PalateError(
                f"{stage.name} needs the results of {name} in {config.run}, which are not there; "
                f"run jobs.{name} first, or jobs.retrain for all stages"
            )


def _clear(stage: Stage, folder: Folder, key: str) -> None:
    """Delete what an older attempt left, except for what the stage makes use of."""
    attempt = "attempt.json"
    same = folder.exists(attempt) and folder.read_json(attempt) == key and not folder.exists(STAGE_MANIFEST)
    if stage.keeps_results:
        folder.delete(STAGE_MANIFEST)
    elif not (stage.keeps_progress and same):
        folder.delete()
    folder.write_json(attempt, key)
