"""The command `palate`: a file a group of commands."""

from __future__ import annotations

import os
import sys

import typer

from jobs.cli.ask import recommend, search, similar, talk
from jobs.cli.batch import embed
from jobs.cli.capacity.plan import plan
from jobs.cli.check import check
from jobs.cli.events import events
from jobs.cli.experiments import experiments
from jobs.cli.explain import explain
from jobs.cli.init import init
from jobs.cli.items import items
from jobs.cli.keys import keys
from jobs.cli.output import show_error
from jobs.cli.releases import releases
from jobs.cli.report import report
from jobs.cli.retrain import evaluate, learn, retrain, update
from jobs.cli.serve import serve
from jobs.cli.simulate import simulate
from jobs.cli.synthetic.generate import generate
from jobs.cli.tune import train_explainer, tune
from jobs.runtime.faults import machine_fault
from palate.errors import PalateError

__all__ = ["app", "main"]

HELP = """Personal recommendations from a text-rich catalogue and a log of what people did.

Start with [bold]palate retrain[/bold]: it trains, measures and publishes on this machine.
Then ask the release that it published:

  palate recommend --user 42 -k 10 --explain
  palate talk --user 42
  palate similar "Toy Story"
  palate search "slow-burning space horror"
  palate serve
"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)
app.command()(init)
app.command()(generate)
app.command()(check)
app.command()(retrain)
app.command()(update)
app.command()(learn)
app.command()(evaluate)
app.command()(tune)
app.command()(simulate)
app.command()(plan)
app.command()(explain)
app.command()(train_explainer)
app.command()(recommend)
app.command()(talk)
app.command()(similar)
app.command()(search)
app.command()(embed)
app.command()(serve)
app.add_typer(releases, name="releases")
app.add_typer(keys, name="keys")
app.add_typer(events, name="events")
app.add_typer(items, name="items")
app.add_typer(report, name="report")
app.add_typer(experiments, name="experiments")


def main() -> None:
    """Run the command line; a mistake of the user ends with status 2 and a message, not a traceback."""
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # read when torch is imported
    try:
        app(prog_name="palate")
    except PalateError as error:
        show_error(str(error))
        sys.exit(2)
    except Exception as error:
        fault = machine_fault(error)
        if fault is None:
            raise
        show_error(fault)
        sys.exit(2)
