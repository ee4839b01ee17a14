"""A local Ray in this process, small enough for a shared machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from palate.config import Config

OBJECT_STORE_BYTES = 200_000_000


@contextmanager
def start_ray() -> Iterator[None]:
    """Be connected to a Ray of our own; what a start that failed has left behind is gone, too."""
    import ray

    from jobs.runtime.ray_session import ray_session

    settings = {"resources": {"object_store_bytes": OBJECT_STORE_BYTES}}
    try:
        with ray_session(Config.model_validate(settings)):
            yield
    finally:
        ray.shutdown()
