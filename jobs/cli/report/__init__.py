"""`palate report`: what came of what was shown."""

import typer

from jobs.cli.report.experiment import experiment
from jobs.cli.report.online import online

report = typer.Typer(help="Report on what was shown.", no_args_is_help=True, rich_markup_mode="rich")
report.command()(online)
report.command()(experiment)

__all__ = ["report"]
