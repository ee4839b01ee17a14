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

import palate
from palate.config import Config, load_config
from palate.errors import PalateError
from palate.storage import Folder

from jobs.memory import PeakMemory
from jobs.session import ray_session

MANIFEST = "manifest.json"


class Counts(NamedTuple):
    """Rows that a stage read, wrote, and set aside with a reason."""

    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0


def _nothing(config: Config) -> str:
    return ""


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline. It writes below `<run>/<name>` and nowhere else."""

    name: str
    work: Callable[[Config, Folder], Counts]
    """Does the work: from the configuration and the stage's own folder to the counts."""
    inputs: tuple[str, ...] = ()
    """Names of the stages whose results it reads."""
    sections: tuple[str, ...] = ()
    """Parts of the configuration that change its result."""
    fingerprint: Callable[[Config], str] = _nothing
    """Identity of what it reads from outside the run."""
    keeps_progress: bool = False
    """Whether a half-finished attempt with the same key is left for the work to continue."""


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
        "settings": {name: tree[name] for name in stage.sections},
        "inputs": {name: stage_folder(config, name).read_json(MANIFEST)["key"] for name in stage.inputs},
        "fingerprint": stage.fingerprint(config),
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def finished_manifest(stage: Stage, config: Config) -> dict[str, Any] | None:
    """The manifest of a finished stage that still matches, or None."""
    folder = stage_folder(config, stage.name)
    if not folder.exists(MANIFEST):
        return None
    manifest: dict[str, Any] = folder.read_json(MANIFEST)
    return manifest if manifest["key"] == stage_key(stage, config) else None


def run_stage(stage: Stage, config: Config) -> dict[str, Any]:
    """Run the stage unless its manifest still matches, and return its manifest."""
    _require_inputs(stage, config)
    finished = finished_manifest(stage, config)
    if finished is not None:
        return finished
    folder, key = stage_folder(config, stage.name), stage_key(stage, config)
    _clear(stage, folder, key)
    started = time.monotonic()
    with ray_session(config), PeakMemory() as memory:
        counts = stage.work(config, folder)
    manifest = {
        "stage": stage.name,
        "key": key,
        **counts._asdict(),
        "seconds": round(time.monotonic() - started, 3),
        "peak_memory_bytes": memory.peak_bytes,
        "versions": {name: version(name) for name in ("ray", "torch", "transformers", "pyarrow", "numpy")},
    }
    folder.write_json(MANIFEST, manifest)
    return manifest


def stage_command(stage: Stage) -> None:
    """The command line of `python -m jobs.<stage> --config FILE key.path=value ...`."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--config", help="YAML file; without it the defaults, which run the demonstration")
    parser.add_argument("overrides", nargs="*", help="settings as key.path=value, such as sequence.layers=3")
    options = parser.parse_args()
    try:
        manifest = run_stage(stage, load_config(options.config, options.overrides))
    except PalateError as error:
        sys.exit(f"error: {error}")
    print(json.dumps(manifest, indent=2))


def _require_inputs(stage: Stage, config: Config) -> None:
    for name in stage.inputs:
        if not stage_folder(config, name).exists(MANIFEST):
            raise PalateError(
                f"{stage.name} needs the results of {name} in {config.run}, which are not there; "
                f"run jobs.{name} first, or jobs.retrain for all stages"
            )


def _clear(stage: Stage, folder: Folder, key: str) -> None:
    """Delete an older result; an unfinished attempt with the same key may stay to be continued."""
    attempt = "attempt.json"
    same = folder.exists(attempt) and folder.read_json(attempt) == key and not folder.exists(MANIFEST)
    if not (stage.keeps_progress and same):
        folder.delete()
    folder.write_json(attempt, key)
