"""`palate report`: what came of what was shown."""

import typer

from jobs.cli.report.experiment import experiment
from jobs.cli.report.off_policy import attention, off_policy
from jobs.cli.report.online import online

report = typer.Typer(help="Report on what was shown.", no_args_is_help=True, rich_markup_mode="rich")
report.command()(online)
report.command()(experiment)
report.command()(off_policy)
report.command()(attention)

__all__ = ["report"]
