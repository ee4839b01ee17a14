"""Schedule of the tests: the order of their files, and which of them run in one process."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

ENDPOINT = (
    "tests/serving/endpoint/test_playground.py",
    "tests/serving/endpoint/test_endpoint.py",
    "tests/serving/endpoint/test_endpoint_abuse.py",
)
"""Files that ask the same endpoint, which a process of its own each would start anew."""
LONGEST = (
    "tests/jobs/continual/test_killed_learner.py",
    *ENDPOINT,
    "tests/jobs/test_retrain.py",
    "tests/docs/test_tutorial.py",
    "tests/serving/explanations/test_explained_endpoint.py",
    "tests/jobs/continual/test_update.py",
    "tests/jobs/stages/test_explain_job.py",
    "tests/jobs/stages/test_tune.py",
    "tests/jobs/runtime/test_cluster.py",
)
"""Files of minutes. Were one of them the last, the other processes would have nothing to do beside it."""


class Scheduling(LoadFileScheduling):
    """A file goes to one process as a whole, and those that share an endpoint go to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(super()._split_scope(nodeid))


def unit_of(file: str) -> str:
    """What a file is handed out with: itself, or the first of those that share an endpoint."""
    return ENDPOINT[0] if file in ENDPOINT else file


def rank_of(file: str, starts_ray: bool) -> int:
    """By which files are sorted: the long ones, then the others with Ray, and quick ones fill the gaps."""
    if file in LONGEST:
        return LONGEST.index(file)
    return len(LONGEST) + (0 if starts_ray else 1)
