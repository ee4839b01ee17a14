"""The command `palate`: a file or folder a group of commands."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; a mistake of the user ends with status 2 and a message, not a traceback."""
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # read when torch is imported
    try:
        _run()
    except KeyboardInterrupt:  # while the commands were still being read in
        sys.exit(130)


def _run() -> None:
    from jobs.cli.commands import app
    from jobs.cli.output import show_error
    from jobs.runtime.faults import machine_fault
    from palate.errors import PalateError

    try:
        app(prog_name="palate")
    except PalateError as error:
        show_error(str(error))
        sys.exit(2)
    except Exception as error:
        fault = machine_fault(error)
        if fault is None:
            raise
        show_error(fault)
        sys.exit(2)
