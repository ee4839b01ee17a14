"""Questions to a published release: `palate recommend`, `talk`, `similar` and `search`."""

from jobs.cli.ask.recommend import recommend
from jobs.cli.ask.search import search
from jobs.cli.ask.similar import similar
from jobs.cli.ask.talk import talk

__all__ = ["recommend", "search", "similar", "talk"]
