"""`palate experiments list`, `stop` and `resume`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobs.cli.experiments.stored import ask_experiments
from jobs.cli.options import STORE, AsJson, Store
from jobs.cli.output import show_json, show_line, show_table
from palate.errors import PalateError
from palate.experiments import Experiment
from palate.experiments.store import GIVEN, ArmStates, ExperimentStore

Name = Annotated[str, typer.Argument(metavar="NAME", help="The experiment.")]
ArmName = Annotated[str, typer.Argument(metavar="ARM", help="The arm, not control.")]
BY_HAND = "stopped by hand"
COLUMNS = ("experiment", "arm", "share", "settings", "stopped")

experiments = typer.Typer(
    help="List experiments, stop arms, and give them again.", no_args_is_help=True, rich_markup_mode="rich"
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
def stop(
    name: Name,
    arm: ArmName,
    store: Store = STORE,
    reason: Annotated[str, typer.Option("--reason", help="What the report says.")] = BY_HAND,
) -> None:
    """Stop an arm by hand, in every replica within seconds; its users are in no arm from then on.

    [bold]Example[/bold]

      palate experiments stop more-diverse treatment --reason "out of stock"
    """
    ask_experiments(store, lambda stored: _stop(stored, name, arm, reason))
    show_line(f"Arm {arm} of experiment {name} is stopped")


@experiments.command()
def resume(name: Name, arm: ArmName, store: Store = STORE) -> None:
    """Have an arm that was stopped given again, by every replica within seconds.

    Its comparison begins anew: lists from now on count, for the report and for the guard.

    [bold]Example[/bold]

      palate experiments resume more-diverse treatment
    """
    ask_experiments(store, lambda stored: stored.resume(name, arm))
    show_line(f"Arm {arm} of experiment {name} is given again; its comparison begins anew")


async def _stop(stored: ExperimentStore, name: str, arm: str, reason: str) -> None:
    """Stop a treatment; `PalateError` if there is none of this name, or if it is stopped already."""
    treatments = (await stored.experiment(name)).treatments
    if arm not in treatments:
        raise PalateError(
            f"{arm!r} is no arm that can be stopped; those of {name} are {', '.join(treatments)}"
        )
    known = (await stored.states()).get((name, arm), GIVEN)
    if not await stored.stop(name, arm, reason, known):
        raise PalateError(f"Arm {arm!r} of experiment {name!r} is stopped already")


async def _arms(stored: ExperimentStore) -> list[dict[str, Any]]:
    states = await stored.states()
    found = await stored.declared()
    return [_row(experiment, arm, states) for experiment in found.values() for arm in experiment.arms]


def _row(experiment: Experiment, arm: str, states: ArmStates) -> dict[str, Any]:
    state, declared = states.get((experiment.name, arm), GIVEN), experiment.arms[arm]
    settings = declared.settings.model_dump(mode="json", exclude_unset=True)
    values = (experiment.name, arm, declared.share, settings, state.reason if state.stopped_at else None)
    return dict(zip(COLUMNS, values, strict=True))
