"""Shared fixtures: a local Ray, started once, and a data set small enough to know by heart.

Tests are marked by what they need, so that `make check` can leave out what is slow to start.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ |= {
    # Before torch is imported: on matrices as small as these a second thread costs more than it gives.
    "OMP_NUM_THREADS": "1",
    # Ray's workers otherwise give way to every other process of a machine that may be busy.
    "RAY_worker_niceness": "0",
    # A process for each training, which would watch for machines that are about to be taken away.
    "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER": "0",
}

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from palate.data.histories import Histories
from palate.schema import CATALOGUE_SCHEMA
from tests.support.processes.ray_local import start_ray
from tests.support.processes.wait import started
from tests.support.schedule import Scheduling, rank_of
from tests.support.worlds.tiny import Tiny

# No clock: a shared machine may be slow. Examples are the same on every run, and others where
# `HYPOTHESIS_PROFILE=exploring` asks for them.
steady = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", steady)
settings.register_profile("exploring", steady, derandomize=False, max_examples=500)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "steady")
settings.load_profile(PROFILE)
if PROFILE == "steady":
    # Examples are otherwise drawn from the constants of all modules that happen to be loaded, others in each
    # process: a test would pass or fail by the files that ran before it.
    no_constants = providers.Constants()
    providers._get_local_constants = lambda: no_constants

NEEDS = {
    "ray": {"local_ray", "ray_head", "running_endpoint", "explaining_endpoint", "finished_pipeline"},
    "server": {
        "stopped_store",
        "embedded_server",
        "debian_server",
        "server",
        "store_url",
        "own_store",
        "keys_store",
        "explored_store",
    },
    "browser": {"browser"},
    "model": {"engine"},
}
"""Marker to the fixtures that start what it names; a test that starts one by itself bears the marker."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the fixtures that they use, and put those first that take long."""
    for item in items:
        for marker, fixtures in NEEDS.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(marker)
    with_ray = {item.path for item in items if item.get_closest_marker("ray")}
    items.sort(key=lambda item: rank_of(item.nodeid.split("::")[0], item.path in with_ray))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> Scheduling | None:
    """Our own way to share out files, in the place of `--dist loadfile`."""
    return Scheduling(config) if config.getoption("dist") == "loadfile" else None


def pytest_configure() -> None:
    """Collect no garbage while tests are imported, of which nothing goes: it took a tenth of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From now on the garbage collector passes over what was imported."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def local_ray() -> Iterator[None]:
    """A local Ray for the whole test session."""
    with started(start_ray):
        yield


@pytest.fixture(scope="session")
def tiny() -> Tiny:
    """Twelve films of two kinds, and twenty users: those with an even number watch comedies in a circle, the
    others dramas; each starts at another film and sees five of the six."""
    kinds = ["comedy", "drama"]
    titles = [f"{kind.title()} {number}" for kind in kinds for number in range(6)]
    texts = [
        f"{title}. A {kind} of the year {1990 + i}"
        for i, title in enumerate(titles)
        for kind in [kinds[i // 6]]
    ]
    ids = [f"i{number:02d}" for number in range(12)]
    catalogue = pa.Table.from_arrays(
        [pa.array(ids), pa.array(titles), pa.array(texts)], schema=CATALOGUE_SCHEMA
    )
    rows = [[(user // 2 + step) % 6 + 6 * (user % 2) for step in range(5)] for user in range(20)]
    histories = Histories(
        users=pa.array([f"u{user:02d}" for user in range(20)]),
        offsets=np.arange(0, 101, 5, dtype=np.int64),
        items=np.array(rows, np.int32).ravel(),
        times=np.tile(np.arange(5, dtype=np.int64) * 86_400, 20),
        train_end=np.full(20, 3, np.int32),
        validation_end=np.full(20, 4, np.int32),
    )
    return Tiny(catalogue, histories)


@pytest.fixture(scope="session")
def tiny_encoder() -> Path:
    """A BERT of one narrow layer with random weights and the bundled model's tokenizer, as a folder."""
    from tests.support.encoders import narrow_bert  # brings torch and transformers: seconds

    return narrow_bert()
