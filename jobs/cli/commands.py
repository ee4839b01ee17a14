"""The commands of `palate`, as `palate --help` lists them."""

from __future__ import annotations

import inspect
import re

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
from jobs.cli.releases import releases
from jobs.cli.report import report
from jobs.cli.retrain import evaluate, learn, retrain, update
from jobs.cli.serve import serve
from jobs.cli.simulate import simulate
from jobs.cli.synthetic.generate import generate
from jobs.cli.tune import train_explainer, tune

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


def flowing(text: str) -> str:
    """Help whose paragraphs fill the terminal's width; an example, which is indented, stays a line."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        re.sub(r"^ +", "", part, flags=re.MULTILINE) if part.startswith(" ") else " ".join(part.split())
        for part in paragraphs
    )


def _let_help_flow(commands: typer.Typer) -> None:
    for command in commands.registered_commands:
        command.help = flowing(getattr(command.callback, "__doc__", None) or "")
    for group in commands.registered_groups:
        if group.typer_instance is not None:
            group.typer_instance.info.help = flowing(group.typer_instance.info.help or "")
            _let_help_flow(group.typer_instance)


_let_help_flow(app)
