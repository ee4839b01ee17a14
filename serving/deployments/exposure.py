"""Exposure: without keys the endpoint's port must not be open to other machines, however it was started."""

from __future__ import annotations

import ray
from ray.serve._private.constants import SERVE_CONTROLLER_NAME, SERVE_NAMESPACE

from palate.errors import PalateError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def require_keys_or_loopback(auth: bool) -> None:
    """`PalateError` in a replica without keys if Ray Serve listens on more than the loopback.

    With HAProxy, Ray's own choice is every address.
    """
    if auth or not ray.is_initialized():
        return
    controller = ray.get_actor(SERVE_CONTROLLER_NAME, namespace=SERVE_NAMESPACE)
    host = (await controller.get_http_config.remote()).host
    if host not in LOOPBACK:
        raise PalateError(
            f"Without keys the endpoint may only listen on 127.0.0.1, not on {host}: make a key with "
            "`palate keys create NAME --role read` and set api.auth=true, or let Serve listen on 127.0.0.1"
        )
