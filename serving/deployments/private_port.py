"""Private port: what replicas speak to each other through listens on this node's own address alone."""

from __future__ import annotations

from typing import Any


def listen_on_node_address() -> None:
    """Keep the gRPC port of this replica off the machine's other addresses; to be called in its `__init__`.

    The port asks for no login and unpickles what it is sent, so whoever reaches it can run code. Ray opens it
    on all addresses, without a setting for that. With `palate serve` the node's address is 127.0.0.1.
    """
    from ray._common.tls_utils import add_port_to_grpc_server
    from ray.serve._private import replica
    from ray.util import get_node_ip_address

    def add_private_port(server: Any, address: str) -> int:
        port = address.rpartition(":")[2]
        return int(add_port_to_grpc_server(server, f"{get_node_ip_address()}:{port}"))

    if not hasattr(replica, "add_port_to_grpc_server"):
        raise RuntimeError("Ray Serve opens its ports in another way; use the version in requirements/")
    replica.add_port_to_grpc_server = add_private_port
