"""`palate tune`: a search for better settings."""

from __future__ import annotations

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import resumable, show_json, show_line, show_table


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
