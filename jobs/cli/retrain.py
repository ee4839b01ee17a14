"""`palate retrain`, `update`, `learn` and `evaluate`: the pipeline, or a part of it, on Ray."""

from __future__ import annotations

from operator import itemgetter
from typing import Annotated, Any

import typer

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


def update(overrides: Overrides = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Let the current release learn what is new, in a fraction of a retrain's time.

    The encoder stays, new texts alone are embedded, the sequence model goes on from its weights, and what is
    fitted in seconds is fitted again. The new release becomes the current one unless it is worse.

    [bold]Examples[/bold]

      palate update

      palate update --config shop.yaml update.epochs=2
    """
    settings = settings_of(config, overrides)
    from jobs.runtime.run_summary import show_summary  # these bring Ray: seconds that other commands save
    from jobs.update import FOLDER
    from jobs.update import update as run_update

    with resumable():
        metrics = run_update(settings)
    if as_json:
        show_json(metrics)
    elif metrics is not None:
        show_summary(settings.model_copy(update={"run": f"{settings.run}/{FOLDER}"}), metrics)


def learn(
    overrides: Overrides = None,
    config: ConfigFile = None,
    every: Annotated[
        str, typer.Option("--every", help="Time between two looks: 30s, 15m, 6h or 1d.", metavar="TIME")
    ] = "15m",
    rounds: Annotated[int | None, typer.Option("--rounds", help="Stop after so many looks.", min=1)] = None,
) -> None:
    """Keep a deployment fresh: look for new events again and again, update, and retrain when they drift.

    A round that fails is told, and the next one tries again; a killed one is continued.

    [bold]Examples[/bold]

      palate learn --every 15m --config shop.yaml
    """
    settings = settings_of(config, overrides)
    from jobs.continual.learn import learn as keep_learning
    from jobs.continual.learn import seconds_of

    with resumable():
        keep_learning(settings, seconds_of(every), rounds)


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
