"""A node that is lost takes its own work with it, and nothing that the whole run goes by."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes.wait import PATIENCE_S

ROOT = Path(__file__).parents[3]

PROGRESS = """
import time
from contextlib import ExitStack
import ray
from ray.cluster_utils import Cluster
from jobs.runtime.progress import Work, shared_progress_bar

size = {"object_store_memory": 80_000_000}
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **size})
try:
    node = cluster.add_node(num_cpus=1, **size)
    ray.init(address=cluster.address)
    with ExitStack() as bars:
        counters = [bars.enter_context(shared_progress_bar(Work("work", "rows"))) for _ in range(6)]
        ray.get([counter.advance.remote(3) for counter in counters])
        cluster.remove_node(node, allow_graceful=False)
        while sum(one["Alive"] for one in ray.nodes()) > 1:
            time.sleep(0.1)
        ray.get([counter.advance.remote(4) for counter in counters], timeout=60)
        print("HELD", {ray.get(counter.latest.remote()).done for counter in counters})
finally:
    cluster.shutdown()
"""


@pytest.mark.ray
def test_what_workers_report_is_held_where_the_run_is_driven() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRESS], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert "HELD {7}" in done.stdout, done.stdout[-2000:] + done.stderr[-4000:]
