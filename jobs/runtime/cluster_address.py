"""Cluster address: where the cluster is that the environment names, and whether anybody answers there."""

from __future__ import annotations

import os
import socket

from ray._private.services import get_ray_address_from_environment

from palate.errors import PalateError

_VARIABLE = "RAY_ADDRESS"
_CLIENT = "ray://"
_PATIENCE_S = 5.0


def cluster_address() -> str | None:
    """The address of the cluster to work on, None where Ray is to be started on this machine."""
    address = os.environ.get(_VARIABLE, "").strip()
    return None if address in ("", "local") else address


def require_cluster() -> None:
    """Raise `PalateError` if a cluster is named and nothing listens there; Ray would try for minutes."""
    address = cluster_address()
    if address is None:
        return
    try:
        host, port = _host_and_port(address)
        socket.create_connection((host, port), timeout=_PATIENCE_S).close()
    except (OSError, ValueError) as error:
        raise nobody_answers() from error


def nobody_answers() -> PalateError:
    """What to tell somebody who named a cluster that is not there."""
    return PalateError(
        f"no Ray cluster answers at {_VARIABLE}={cluster_address()}; unset it to run on this machine"
    )


def _host_and_port(address: str) -> tuple[str, int]:
    # Of `auto` Ray knows what was started on this machine.
    place = get_ray_address_from_environment("auto", None) if address == "auto" else address
    host, _, port = place.removeprefix(_CLIENT).rpartition(":")
    return host.strip("[]"), int(port)
