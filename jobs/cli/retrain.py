"""`palate retrain` and `palate evaluate`: the pipeline, or its last measurement, on Ray."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import resumable, show_json, show_line, show_table
from palate.config import Config


def retrain(overrides: Overrides = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Run the whole pipeline, from raw tables to a published release; finished stages are skipped.

    [bold]Examples[/bold]

      palate retrain

      palate retrain --config configs/movielens-1m.yaml run=runs/ml1m sequence.layers=3
    """
    settings = settings_of(config, overrides)
    from jobs.retrain import retrain as run_pipeline  # brings Ray: seconds that other commands save
    from jobs.runtime.run_summary import show_summary

    with resumable():
        metrics = run_pipeline(settings)
    if as_json:
        show_json(metrics)
    else:
        show_summary(settings, metrics)


def evaluate(overrides: Overrides = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Measure every method of a run on its held-out events, and write the report.

    [bold]Examples[/bold]

      palate evaluate

      palate evaluate --config configs/movielens-100k.yaml evaluation.k=20 --json
    """
    settings = settings_of(config, overrides)
    from jobs.evaluate import STAGE
    from jobs.runtime.stage import run_stage, stage_folder
    from jobs.runtime.stage_inputs import METRICS

    with resumable():
        run_stage(STAGE, settings)
    metrics = stage_folder(settings, STAGE.name).read_json(METRICS)
    if as_json:
        show_json(metrics)
    else:
        _show_metrics(settings, metrics)


def _show_metrics(config: Config, metrics: dict[str, Any]) -> None:
    k = metrics["k"]
    columns = [f"{name}@{k}" for name in ("ndcg", "hr", "recall", "coverage")]
    methods = sorted(metrics["methods"].items(), key=lambda pair: -pair[1][columns[0]])
    values_of = itemgetter(*columns)
    rows = [[name, *values_of(values)] for name, values in methods]
    show_table(f"{metrics['dataset']}: {metrics['users']:,} users", ["method", *columns], rows)
    show_line(f"Report: {config.run}/evaluate/report.html")
