"""Event to model: how long after an event the release that is served has learned from it, unattended.

A finished run is served, and `palate learn` runs beside it. Events are acknowledged; the figure is the time
until the endpoint answers with a release whose histories hold them.

    python -m benchmarks.loop.event_to_model --run FOLDER [--config FILE]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import yaml

from benchmarks.loop.posting import post_json
from benchmarks.loop.results import write_figure
from benchmarks.serving.processes import palate_endpoint
from palate.recommender.artefacts import Artefacts
from palate.recommender.users import KnownUsers
from palate.release import verified_release
from palate.storage import Folder

COMMAND = "python -m benchmarks.loop.event_to_model --run FOLDER"
EVERY_S = 30
LOOK_S = 0.5
GIVE_UP_S = 1800.0
NEW_USER = "somebody-new"
EVENTS = 8


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=Path, help="folder of a finished `palate retrain`")
    parser.add_argument("--config", default="configs/movielens-100k.yaml", help="settings of that run")
    arguments = parser.parse_args()
    write_figure("event_to_model_s", COMMAND, _measured(arguments.run, arguments.config))


def _measured(run: Path, config: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as name:
        place = Path(name)
        place.chmod(0o755)
        releases, store = str((run / "releases").absolute()), place / "store"
        settings = _settings(place, config, run, releases=releases, store=str(store))
        before = _current(releases)
        items = Artefacts.of(verified_release(Folder(releases))).catalogue["item"].to_pylist()[:EVENTS]
        with palate_endpoint(releases, store, "fused", []) as (url, _), _learning(settings):
            acknowledged = _told(url, items)
            seconds = _until_learned(url, releases, before) - acknowledged
    return {
        "value": round(seconds, 1),
        "every_s": EVERY_S,
        "trivial_bound_s": 0.0,
        "how": "from the acknowledgement of a new person's events to the first list of a release whose "
        "histories hold them; palate learn and palate serve on one machine, MovieLens-100K",
    }


def _settings(place: Path, config: str, run: Path, *, releases: str, store: str) -> Path:
    """The configuration of the run, which also reads the endpoint's store."""
    settings = yaml.safe_load(Path(config).read_text())
    settings["run"] = str(run.absolute())
    settings["data"]["store"] = store
    settings["release"] = settings.get("release", {}) | {"uri": releases}
    (place / "config.yaml").write_text(yaml.safe_dump(settings))
    return place / "config.yaml"


@contextmanager
def _learning(config: Path) -> Iterator[None]:
    """`palate learn` beside the endpoint; what it started is ended afterwards."""
    command = [sys.executable, "-m", "jobs.cli", "learn", "--every", f"{EVERY_S}s", "--config", str(config)]
    process = psutil.Popen(command)
    try:
        yield
    finally:
        everyone = [process, *process.children(recursive=True)]
        process.terminate()
        psutil.wait_procs(everyone, timeout=30)


def _told(url: str, items: list[str]) -> float:
    """Tell of a new person's events; the time of the acknowledgement."""
    now = int(time.time())
    events = [
        {
            "id": str(place),
            "user": NEW_USER,
            "item": item,
            "kind": "rating",
            "value": 5,
            "time": now - EVENTS + place,
        }
        for place, item in enumerate(items)
    ]
    post_json(f"{url}/v1/events", {"events": events})
    return time.monotonic()


def _until_learned(url: str, releases: str, before: str) -> float:
    deadline = time.monotonic() + GIVE_UP_S
    while time.monotonic() < deadline:
        served = post_json(f"{url}/v1/recommend", {"user": NEW_USER, "k": 5})["release"]
        if served != before:
            known = KnownUsers(Artefacts.of(verified_release(Folder(releases))))
            if len(known.history(NEW_USER).items) == EVENTS:
                return time.monotonic()
            raise RuntimeError(f"Release {served} came after the events and does not hold them")
        time.sleep(LOOK_S)
    raise TimeoutError(f"No release came within {GIVE_UP_S:g} s")


def _current(releases: str) -> str:
    return str(verified_release(Folder(releases)).manifest.id)


if __name__ == "__main__":
    main()
