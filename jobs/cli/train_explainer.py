"""`palate train-explainer`: teaches a small language model to explain."""

from __future__ import annotations

from typing import Any

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import resumable, show_json, show_line, show_table
from palate.config import Config


def train_explainer(overrides: Overrides = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Fine-tune the language model of the explanations, so that it writes true sentences without a grammar.

    It learns from what the current release recommends; nothing that anybody wrote is needed.
    An interrupted training goes on where it stopped.

    [bold]Examples[/bold]

      palate train-explainer

      palate train-explainer --config configs/movielens-100k.yaml explainer_tuning.steps=300
    """
    settings = settings_of(config, overrides)
    from jobs.runtime.stage import run_stage, stage_folder
    from jobs.train_explainer import REPORT, STAGE

    with resumable():
        run_stage(STAGE, settings)
    report = stage_folder(settings, STAGE.name).read_json(REPORT)
    if as_json:
        show_json(report)
    else:
        _show(settings, report)


def _show(config: Config, report: dict[str, Any]) -> None:
    before, after = report["before"], report["after"]
    rows = [
        [choice, f"{before[choice]['share']:.0%}", f"{after[choice]['share']:.0%}"]
        for choice in ("free", "constrained")
    ]
    title = f"First sentences of {after['free']['asked']} that may be shown"
    show_table(title, ["choice of words", "before", "after"], rows)
    adapter = f"{config.run}/train_explainer/adapter"
    show_line(f"To write with it: explain.language_model.adapter={adapter}")
