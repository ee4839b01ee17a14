"""`palate experiments`: which there are, and arms that were stopped given again."""

from jobs.cli.experiments.commands import experiments

__all__ = ["experiments"]
