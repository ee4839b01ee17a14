"""Ray tasks whose results are waited for with a progress bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ray

from jobs.runtime.progress import Work, progress_bar


def results_of(work: Work, tasks: Sequence[ray.ObjectRef[Any]]) -> list[Any]:
    """The results in the order of the tasks; the bar counts tasks that have ended."""
    with progress_bar(work, total=len(tasks)) as progress:
        progress.advance(0)
        waiting = list(tasks)
        while waiting:
            ended, waiting = ray.wait(waiting, num_returns=1)
            progress.advance(len(ended))
        return list(ray.get(list(tasks)))
