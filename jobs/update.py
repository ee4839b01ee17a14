"""Continual learning: the current release goes on learning from what is new, and gives way to its successor.

prepare --something new?--> encoder of the release --> new texts alone --> sequence model, from its weights
--> baselines, weights and reranker, fitted in seconds --> guard --> the new release
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from jobs.continual.drift import drift_since, told
from jobs.retrain import retrain
from jobs.runtime.pipeline import stage_named
from jobs.runtime.run_summary import show_summary
from jobs.runtime.stage import run_command, run_stage, stage_folder
from jobs.runtime.stage_inputs import CATALOGUE, HISTORIES
from palate.config import Config, EncoderConfig, SequenceConfig
from palate.errors import PalateError
from palate.recommender.artefacts import Artefacts
from palate.release import Release, verified_release
from palate.release.manifest import file_entry
from palate.storage import Folder, absolute_uri

FOLDER = "update"
"""Where, below the run, updates work: what one has embedded the next takes over."""
DRIFT = "drift"
"""Of the metrics, what the drift monitor found."""

_console = Console(stderr=True)


def update(config: Config) -> dict[str, Any] | None:
    """Make a release that goes on from the current one; its metrics, or None where nothing is new.

    `PalateError` if there is no release yet, or if it cannot be gone on from.
    """
    release = verified_release(Folder(config.release.uri))
    _require_unrefitted(config, release)
    with tempfile.TemporaryDirectory(prefix="palate-update-") as place:
        settings = update_config(config, release, Path(place))
        run_stage(stage_named("prepare"), settings)
        if has_learned(release, stage_folder(settings, "prepare")):
            _console.print(f"Nothing is new since release {release.manifest.id}", highlight=False)
            return None
        metrics = retrain(settings)
    drift = drift_since(settings, release)
    metrics[DRIFT] = None if drift is None else drift._asdict()
    Folder(settings.run).write_json("metrics.json", metrics)
    if drift is not None:
        _console.print(told(drift, config.update.retrain_drift), highlight=False)
    return metrics


def _require_unrefitted(config: Config, release: Release) -> None:
    """Refitted models have seen the held-out events: nothing could be measured by those any more."""
    if config.release.refit or release.manifest.refitted:
        raise PalateError(
            "An update cannot go on from refitted models: set release.refit=false and run palate retrain "
            f"once if {release.manifest.id} was made with it"
        )


def update_config(config: Config, release: Release, place: Path) -> Config:
    """The run's settings: encoder and sequence model are those of the release.

    An encoder in an object store is first copied to `place`.
    """
    earlier = Artefacts.of(release)
    encoder = earlier.settings["encoder"] | {
        "method": "frozen",
        "interpolation": 1.0,
        "model": _on_disk(earlier.folders.encoder, place),
    }
    shape = earlier.folders.sequence.read_json("model.json")["settings"]
    limits = {"epochs": config.update.epochs, "patience": config.update.patience, "distil": 0.0}
    return config.model_copy(
        update={
            "run": f"{config.run}/{FOLDER}",
            "encoder": EncoderConfig.model_validate(encoder),
            "sequence": SequenceConfig.model_validate(shape | limits),
            "evaluation": config.evaluation.model_copy(update={"cold_share": 0.0}),
            "update": config.update.model_copy(update={"start_from": absolute_uri(release.folder.uri)}),
        }
    )


def has_learned(release: Release, prepared: Folder) -> bool:
    """Whether the release was made of exactly these histories and this catalogue."""
    names = [CATALOGUE, *prepared.files(HISTORIES)]
    known = release.manifest.files
    listed = {name for name in known if name == CATALOGUE or name.startswith(f"{HISTORIES}/")}
    return listed == set(names) and all(file_entry(prepared.chunks(name)) == known[name] for name in names)


def _on_disk(folder: Folder, place: Path) -> str:
    own = folder.local_path
    return str(folder.download(place / "encoder") if own is None else own.absolute())


def _run_and_show(config: Config) -> None:
    metrics = update(config)
    if metrics is not None:
        show_summary(config.model_copy(update={"run": f"{config.run}/{FOLDER}"}), metrics)


if __name__ == "__main__":
    run_command(_run_and_show)
