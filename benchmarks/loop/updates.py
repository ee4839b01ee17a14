"""What an update is worth: a release that goes on from an older one, beside one trained anew.

A data set without the last twentieth of its events makes the first release. It is updated once with all of
them, and once in ten updates with a tenth of them each; and another run is trained from nothing. Test events
are each user's last. The trivial rival is the first release, which learns nothing but is told everybody's
history. Where there are no times, everybody's events arrive in their order, spread evenly by chance.

    python -m benchmarks.loop.updates --place FOLDER [--config FILE] [--set data.folder=...]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from benchmarks.loop.results import write_figure
from palate.config import load_config
from palate.data.held_out import case_batches
from palate.data.histories import Histories
from palate.data.sources.find import open_source
from palate.evaluate.metrics.accuracy import Outcome, ndcg
from palate.evaluate.ranking import TieOrder, ranking
from palate.recommender.artefacts import Artefacts
from palate.recommender.comparison import ReleaseScorer
from palate.release import verified_release
from palate.schema import ITEM, TIME, USER
from palate.storage import Folder

COMMAND = "python -m benchmarks.loop.updates --place FOLDER --config {config}"
BARS_ARE_FOR = "Amazon Beauty"
"""Its figures have the bare names; those of other data sets have its name behind them."""
NEW_SHARE = 0.05
ROUNDS = 10
K = 10


def main() -> None:
    """Make the tables, run the three, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", required=True, type=Path, help="folder for the tables and the runs")
    parser.add_argument("--config", default="configs/movielens-100k.yaml", help="settings of the runs")
    parser.add_argument("--set", default=[], action="append", metavar="NAME=VALUE", help="as of palate")
    arguments = parser.parse_args()
    place: Path = arguments.place
    place.mkdir(parents=True, exist_ok=True)
    given = load_config(arguments.config, arguments.set)
    tables = open_source(given.data, Folder(str((place / "raw").absolute())))
    events = arrived(pq.read_table(tables.events.path), tables.has_clock)
    cut = round(len(events) * (1 - NEW_SHARE))
    catalogue = tables.catalogue.path
    _run("jobs.retrain", _settings(place, arguments.config, "old", events.slice(0, cut), catalogue))
    no_update = verified_release(Folder(str(place / "old" / "releases")))
    once = _updated(place, arguments.config, events, cut, rounds=1, catalogue=catalogue)
    anew = _run("jobs.retrain", _settings(place, arguments.config, "anew", events, catalogue))
    stale = _stale_ndcg(Artefacts.of(no_update), Folder(str(place / "anew" / "run" / "prepare")))
    rivals = _rivals(anew, stale, len(events) - cut, given.data.name)
    behind = "" if given.data.name == BARS_ARE_FOR else f" {given.data.name}"
    command = COMMAND.format(config=arguments.config)
    write_figure(f"update_ndcg_ratio{behind}", command, _beside(once, anew) | rivals)
    write_figure(f"update_time_ratio{behind}", command, _time_ratio(once, anew))
    often = _updated(place, arguments.config, events, cut, rounds=ROUNDS, catalogue=catalogue)
    write_figure(f"ten_updates_ndcg_ratio{behind}", command, _beside(often, anew) | rivals)


def arrived(events: pa.Table, has_clock: bool) -> pa.Table:
    """The events in the order in which they came."""
    if has_clock:
        return events.sort_by(TIME)
    events = events.sort_by([(USER, "ascending"), (TIME, "ascending")])
    _, users = np.unique(events[USER].to_numpy(), return_inverse=True)
    drawn = np.random.default_rng(0).random(len(events))
    # Sorted within each user, so that nobody's events change their order.
    arrivals = drawn[np.lexsort((drawn, users))]
    return events.take(np.argsort(arrivals, kind="stable"))


def _updated(
    place: Path, config: str, events: pa.Table, cut: int, *, rounds: int, catalogue: str
) -> dict[str, Any]:
    """Metrics of the last of so many updates in a row, which go on from the first release."""
    name = f"updated-{rounds}"
    shutil.copytree(place / "old" / "releases", place / name / "releases", dirs_exist_ok=True)
    for until in np.linspace(cut, len(events), rounds + 1).round().astype(int)[1:].tolist():
        settings = _settings(place, config, name, events.slice(0, until), catalogue)
        metrics = _run("jobs.update", settings, "update")
    return metrics


def _settings(place: Path, config: str, name: str, events: pa.Table, catalogue: str) -> Path:
    """A folder of its own for a run: its events and its configuration, which names them."""
    folder = place / name
    folder.mkdir(exist_ok=True)
    pq.write_table(events, folder / "events.parquet")
    settings = yaml.safe_load(Path(config).read_text())
    data = {key: value for key, value in settings["data"].items() if key in ("name", "text_template")}
    settings |= {
        "run": str(folder / "run"),
        "data": data
        | {
            "source": "tables",
            "events": {"path": str(folder / "events.parquet")},
            "catalogue": {"path": catalogue},
        },
        "release": {"uri": str(folder / "releases"), "guard_users": 0},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    return folder / "config.yaml"


def _run(module: str, config: Path, below: str = "") -> dict[str, Any]:
    subprocess.run([sys.executable, "-m", module, "--config", str(config)], check=True)
    metrics: dict[str, Any] = json.loads((config.parent / "run" / below / "metrics.json").read_text())
    return metrics


def _stale_ndcg(release: Artefacts, prepared: Folder) -> float:
    """NDCG@10 of the release that learned nothing, on the same test events, with the same histories."""
    names = prepared.read_table("catalogue.parquet")[ITEM].to_pylist()
    scorer, ties = ReleaseScorer(release, names), TieOrder(len(names), 0)
    histories = Histories.from_table(prepared.read_table("histories"))
    gains = []
    for cases in case_batches(histories, "test", np.zeros(len(names), bool), release.repeats):
        ranks, _ = ranking(scorer.scores(cases.histories), cases, ties, K)
        gains.append(ndcg(Outcome.of(cases.owners, ranks, cases.candidates, K)))
    return float(np.concatenate(gains).mean())


def _served_ndcg(metrics: dict[str, Any]) -> float:
    return float(metrics["methods"][metrics["selected"]]["ndcg@10"])


def _beside(updated: dict[str, Any], anew: dict[str, Any]) -> dict[str, Any]:
    """What is served after an update over what is after a retrain."""
    ratio = _served_ndcg(updated) / _served_ndcg(anew)
    return {"value": round(ratio, 4), "updated": _served_ndcg(updated)}


def _rivals(anew: dict[str, Any], stale: float, new_events: int, name: str) -> dict[str, Any]:
    best = _served_ndcg(anew)
    return {
        "trained_anew": best,
        "not_updated": round(stale, 6),
        "not_updated_ratio": round(stale / best, 4),
        "how": f"the last {new_events:,} events of {name} to arrive are new; NDCG@10 of what is "
        "served, on each user's last event",
    }


def _time_ratio(updated: dict[str, Any], anew: dict[str, Any]) -> dict[str, Any]:
    return {
        "value": round(updated["seconds"] / anew["seconds"], 4),
        "updated_s": updated["seconds"],
        "trained_anew_s": anew["seconds"],
        "how": "seconds of all stages of the update and of a retrain of the same events, one by one",
    }


if __name__ == "__main__":
    main()
