"""`palate experiments`: which there are, and the switch that stops an arm and gives it again."""

from jobs.cli.experiments.commands import experiments

__all__ = ["experiments"]
