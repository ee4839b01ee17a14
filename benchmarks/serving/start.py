"""Starting: seconds from `palate serve` to its first list, and the memory of all its processes then.

    python -m benchmarks.serving.start RELEASES

Fused mode with the language model's deployment, as a person starts it, twice; the worse start counts. A page
that several processes share is counted by each in `rss` and by its share in `pss`; memory is told again
when the language model is ready.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.serving.processes import palate_endpoint
from benchmarks.serving.results import RESULTS, write_part
from benchmarks.where import where
from palate.data.user_table import open_user_table
from palate.release import verified_release
from palate.storage import Folder

STARTS = 2
MODEL_SECONDS = 300
NAME_CHARACTERS = 60


def asked(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The endpoint's answer to a body, or to a look."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.loads(response.read())
    return answer


def processes(started: psutil.Process, store: Path) -> list[psutil.Process]:
    """All that were started with it: its descendants, and the store's server with its own."""
    servers = [one for one in psutil.process_iter() if str(store) in " ".join(_command(one)[:4])]
    roots = [started, *(server for server in servers if server.name().startswith("postgres"))]
    family = [relative for root in roots for relative in (root, *root.children(recursive=True))]
    return list({process.pid: process for process in family}.values())


def memory(started: psutil.Process, store: Path) -> dict[str, Any]:
    """Bytes of all processes together, and of each, the largest first."""
    each = []
    for process in processes(started, store):
        try:
            full = process.memory_full_info()
        except psutil.Error:  # it has just ended
            continue
        name = " ".join(_command(process))[:NAME_CHARACTERS] or process.name()
        each.append({"name": name, "rss": full.rss, "pss": full.pss, "own": full.uss})
    sums = {kind: sum(process[kind] for process in each) for kind in ("rss", "pss", "own")}
    return {**sums, "count": len(each), "processes": sorted(each, key=lambda one: -one["pss"])}


def measured(releases: str, user: str, store: Path) -> dict[str, Any]:
    """One start."""
    began = time.monotonic()
    with palate_endpoint(releases, store, "fused", explainer=True) as (url, process):
        asked(f"{url}/v1/recommend", {"user": user, "k": 10})
        ready = time.monotonic() - began
        first = memory(process, store)
        while asked(f"{url}/healthz")["explainer"] == "loading" and time.monotonic() < began + MODEL_SECONDS:
            time.sleep(0.5)
        writing = time.monotonic() - began
        return {
            "first_list_s": ready,
            "memory_at_first_list": first,
            "language_model_s": writing,
            "memory_with_language_model": memory(process, store),
        }


def main() -> None:
    """Measure, and write the worse start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", help="folder of releases, of which the current one is served")
    releases = parser.parse_args().releases
    release = verified_release(Folder(releases))
    user = open_user_table(release.folder, "histories").drawn(1)[0]
    starts = []
    for _ in range(STARTS):
        with TemporaryDirectory(prefix="palate-start-") as folder:
            Path(folder).chmod(0o755)
            starts.append(measured(releases, user, Path(folder) / "store"))
    worse = max(starts, key=lambda start: start["first_list_s"])
    told = {
        "data_set": release.manifest.dataset,
        "first_list_s_of_each": [one["first_list_s"] for one in starts],
    }
    write_part("start", where(RESULTS.parent), told | worse)
    print(json.dumps(told | worse, indent=1), file=sys.stderr)


def _command(process: psutil.Process) -> list[str]:
    try:
        # Without folders, which are those of one machine.
        return [Path(part).name if part.startswith("/") else part for part in process.cmdline()]
    except psutil.Error:
        return []


if __name__ == "__main__":
    main()
