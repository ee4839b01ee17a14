"""Known vulnerabilities of locked packages: `python requirements/audit.py LOCK ...`, called by `make audit`.

Ends with status 1 where a package has one. Where the advisories cannot be asked, as on a machine without a
network, it warns and ends with 0: nothing was found wrong, and nothing was found right.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TIMEOUT_S = 600
AUDIT = ("pip-audit", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")


def audited(lock: Path) -> list[dict[str, Any]]:
    """What is known of each package of a lock; empty where nothing could be asked."""
    command = [*AUDIT, "--requirement", str(lock)]
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    try:
        done = subprocess.run(program, capture_output=True, text=True, timeout=TIMEOUT_S)
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError) as error:
        print(f"{lock}: {type(error).__name__}", file=sys.stderr)
        return []
    return packages


def report(lock: Path, packages: list[dict[str, Any]]) -> int:
    """Say what was found; how many packages are vulnerable."""
    known = [package for package in packages if "skip_reason" not in package]
    vulnerable = [package for package in known if package["vulns"]]
    for package in vulnerable:
        names = ", ".join(found["id"] for found in package["vulns"])
        print(f"{lock}: {package['name']} {package['version']} has {names}")
    if not known:
        print(f"warning: {lock} was not audited: no source of advisories answers")
    elif not vulnerable:
        left = f"; {len(packages) - len(known)} are not known to it" if len(known) < len(packages) else ""
        print(f"{lock}: nothing is known against {len(known)} packages{left}")
    return len(vulnerable)


if __name__ == "__main__":
    sys.exit(min(1, sum(report(Path(lock), audited(Path(lock))) for lock in sys.argv[1:])))
