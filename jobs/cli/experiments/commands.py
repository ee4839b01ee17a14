"""`palate experiments list` and `palate experiments resume`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobs.cli.experiments.stored import ask_experiments
from jobs.cli.options import STORE, AsJson, Store
from jobs.cli.output import show_json, show_line, show_table
from palate.experiments import Experiment
from palate.experiments.store import GIVEN, ArmStates, ExperimentStore

COLUMNS = ("experiment", "arm", "share", "settings", "stopped")

experiments = typer.Typer(
    help="List experiments, and give stopped arms again.", no_args_is_help=True, rich_markup_mode="rich"
)


@experiments.command("list")
def list_experiments(store: Store = STORE, as_json: AsJson = False) -> None:
    """List the arms of all experiments that an endpoint on this store declared.

    [bold]Example[/bold]

      palate experiments list
    """
    rows = ask_experiments(store, _arms)
    if as_json:
        show_json(rows)
    else:
        show_table("Experiments", COLUMNS, [list(row.values()) for row in rows])


@experiments.command()
def resume(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The experiment.")],
    arm: Annotated[str, typer.Argument(metavar="ARM", help="The arm that was stopped.")],
    store: Store = STORE,
) -> None:
    """Have an arm that was stopped given again, by every replica within seconds.

    Its comparison begins anew: lists from now on count, for the report and for the guard.

    [bold]Example[/bold]

      palate experiments resume more-diverse treatment
    """
    ask_experiments(store, lambda stored: stored.resume(name, arm))
    show_line(f"Arm {arm} of experiment {name} is given again; its comparison begins anew")


async def _arms(stored: ExperimentStore) -> list[dict[str, Any]]:
    states = await stored.states()
    found = await stored.declared()
    return [_row(experiment, arm, states) for experiment in found.values() for arm in experiment.arms]


def _row(experiment: Experiment, arm: str, states: ArmStates) -> dict[str, Any]:
    state, declared = states.get((experiment.name, arm), GIVEN), experiment.arms[arm]
    settings = declared.settings.model_dump(mode="json", exclude_unset=True)
    values = (experiment.name, arm, declared.share, settings, state.reason if state.stopped_at else None)
    return dict(zip(COLUMNS, values, strict=True))
