"""`palate update` and `palate learn`: releases that go on learning from what is new."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import resumable, show_json


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
    from jobs.learn import learn as keep_learning
    from jobs.learn import seconds_of

    with resumable():
        keep_learning(settings, seconds_of(every), rounds)
