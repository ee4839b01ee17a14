"""The whole pipeline: from raw logs to a published release, skipping every stage that is still valid."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console

from jobs.runtime.cluster_address import cluster_address, require_cluster
from jobs.runtime.pipeline import STAGES, require_sound, stage_named
from jobs.runtime.ray_session import ray_session
from jobs.runtime.run_lock import run_lock
from jobs.runtime.run_summary import show_summary
from jobs.runtime.stage import finished_manifest, run_command, run_stage, stage_folder
from jobs.runtime.stage_inputs import METRICS, RELEASE, REPORT_PAGE
from palate.config import Config, dump_config
from palate.rank.store import load_reranker
from palate.storage import Folder, absolute_uri

_console = Console(stderr=True)


def retrain(config: Config) -> dict[str, Any]:
    """Run every stage that is not finished; the run's metrics, which are also written into its folder."""
    _warn_of_lost_results(config)
    require_cluster()
    require_sound(config)
    with run_lock(config.run):
        return _run_all(config)


def _run_all(config: Config) -> dict[str, Any]:
    run = Folder(config.run)
    run.write_bytes("config.yaml", dump_config(config).encode())
    with ExitStack() as session:
        manifests = {name: _finish(name, config, session) for name in STAGES}
    metrics = _metrics(config, manifests)
    run.write_json(METRICS, metrics)
    run.write_bytes(REPORT_PAGE, stage_folder(config, "evaluate").read_bytes(REPORT_PAGE))
    return metrics


def _warn_of_lost_results(config: Config) -> None:
    """A submitted job works in a folder that its cluster throws away."""
    if cluster_address() is not None and absolute_uri(config.run) != config.run:
        _console.print(
            f"warning: the run goes to {config.run} in the job's own working folder, which does not last; "
            "give run=URI and release.uri=URI of a place that every node reaches",
            style="yellow",
        )


def _finish(name: str, config: Config, session: ExitStack) -> dict[str, Any]:
    """Run a stage if need be, in one Ray session with the others; its manifest."""
    stage = stage_named(name)
    heading = f"{STAGES.index(name) + 1}/{len(STAGES)} {name}"
    finished = finished_manifest(stage, config)
    if finished is None:
        _console.print(f"[bold]{heading}[/bold]")
        session.enter_context(ray_session(config))
        finished = run_stage(stage, config)
        _console.print(
            f"  done in {finished['seconds']:.1f} s, {finished['rows_out']:,} rows", highlight=False
        )
    else:
        _console.print(f"{heading}: finished before", style="dim", highlight=False)
    return finished


def _metrics(config: Config, manifests: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What was measured, and what it cost."""
    measured: dict[str, Any] = stage_folder(config, "evaluate").read_json(METRICS)
    reranking = load_reranker(stage_folder(config, "train_reranker"))
    if reranking is not None:
        measured["rerank"] = {"score": reranking.score, **reranking.report}
    return measured | {
        "stages": {name: _cost(manifest) for name, manifest in manifests.items()},
        "peak_memory_bytes": max(manifest["peak_memory_bytes"] for manifest in manifests.values()),
        "seconds": round(sum(manifest["seconds"] for manifest in manifests.values()), 3),
        "commit": _commit(),
        "versions": manifests["evaluate"]["versions"],
        "release": stage_folder(config, "publish").read_json(RELEASE),
    }


def _cost(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: manifest[key] for key in ("seconds", "rows_in", "rows_out", "rows_quarantined")}


def _commit() -> str | None:
    """The commit of the checkout that runs, with `+changes` if it is changed; None outside a checkout."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--abbrev=40", "--exclude=*"]
    try:
        described = subprocess.run(
            [*git, "--dirty=+changes"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip()


def _run_and_show(config: Config) -> None:
    show_summary(config, retrain(config))


if __name__ == "__main__":
    run_command(_run_and_show)
