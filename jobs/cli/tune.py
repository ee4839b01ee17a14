"""`palate tune` and `palate train-explainer`: what can be trained beside a retrain."""

from __future__ import annotations

from typing import Any

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import resumable, show_json, show_line, show_table
from palate.config import Config


def tune(overrides: Overrides = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Search settings of the sequence model that do best on the validation events.

    It needs a run whose catalogue is embedded, such as [bold]palate retrain[/bold] leaves.
    The section tune of the configuration says what is tried.
    An interrupted search goes on with what it has learnt.

    [bold]Examples[/bold]

      palate tune

      palate tune --config configs/amazon-beauty.yaml tune.trials=40
    """
    settings = settings_of(config, overrides)
    from jobs.runtime.stage import run_stage, stage_folder
    from jobs.tune import BEST, EPOCHS, NDCG, SETTINGS, STAGE, ended_trials

    with resumable():
        run_stage(STAGE, settings)
    folder = stage_folder(settings, STAGE.name)
    trials = sorted(ended_trials(folder), key=lambda trial: -trial[NDCG])
    if as_json:
        show_json(trials)
        return
    paths = list(trials[0][SETTINGS])
    names = [path.rpartition(".")[2] for path in paths]
    rows = [[trial[NDCG], trial[EPOCHS], *map(trial[SETTINGS].get, paths)] for trial in trials]
    show_table("Trials, best first", ["validation NDCG@10", "epochs", *names], rows)
    show_line(f"The best settings as YAML: {folder.uri}/{BEST}")


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
        _show_explainer(settings, report)


def _show_explainer(config: Config, report: dict[str, Any]) -> None:
    before, after = report["before"], report["after"]
    rows = [
        [choice, f"{before[choice]['share']:.0%}", f"{after[choice]['share']:.0%}"]
        for choice in ("free", "constrained")
    ]
    title = f"First sentences of {after['free']['asked']} that may be shown"
    show_table(title, ["choice of words", "before", "after"], rows)
    adapter = f"{config.run}/train_explainer/adapter"
    show_line(f"To write with it: explain.language_model.adapter={adapter}")
