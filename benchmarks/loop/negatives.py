"""What dislikes are worth: NDCG@10 on liked items with low ratings negative, positive, or left out.

Three runs on MovieLens-100K that hold out the same events: each user's last two ratings of 3 or more. What
they rated lower after those is left out of all runs, as it would be of the future. The table is of the test
events.

    python -m benchmarks.loop.negatives --place FOLDER [--seeds 0 1]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from benchmarks.loop.results import write_figure
from palate.config import DataConfig
from palate.data.sources.find import open_source
from palate.storage import Folder

COMMAND = "python -m benchmarks.loop.negatives --place FOLDER"
DISLIKED_TO = 2.0
HELD_OUT = 2
METHODS = ("hybrid", "sequence", "ease-recent", "ials", "popularity")
VARIANTS: dict[str, dict[str, Any]] = {
    "negative": {},
    "positive": {"data": {"negative": []}},
    "left out": {},
}


def main() -> None:
    """Make the tables, run the three, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", required=True, type=Path, help="folder for the tables and the runs")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    arguments = parser.parse_args()
    events, catalogue = _tables(arguments.place)
    found = {
        name: [_run(arguments.place, name, seed, events, catalogue) for seed in arguments.seeds]
        for name in VARIANTS
    }
    write_figure("negatives", COMMAND, _table(found, arguments.seeds))


def _tables(place: Path) -> tuple[pa.Table, Path]:
    """Events with a kind, less those after the last held-out one; and the path of the catalogue."""
    place.mkdir(parents=True, exist_ok=True)
    raw = open_source(DataConfig(), Folder(str(place / "raw")))
    frame = pq.read_table(raw.events.path).to_pandas().sort_values(["user", "time"], kind="stable")
    frame["kind"] = frame["value"].astype(float).le(DISLIKED_TO).map({True: "dislike", False: "rating"})
    liked = frame[frame["kind"] == "rating"]
    last = liked.groupby("user").tail(HELD_OUT).groupby("user")["time"].min()
    before = frame["time"].astype("int64") < frame["user"].map(last).astype("int64")
    kept = frame[(frame["kind"] == "rating") | before]
    return pa.Table.from_pandas(kept, preserve_index=False), Path(raw.catalogue.path)


def _run(place: Path, name: str, seed: int, events: pa.Table, catalogue: Path) -> dict[str, Any]:
    folder = place / f"{name.replace(' ', '-')}-{seed}"
    folder.mkdir(exist_ok=True)
    rows = events.filter(pc.field("kind") == "rating") if name == "left out" else events
    pq.write_table(rows, folder / "events.parquet")
    settings: dict[str, Any] = {
        "run": str(folder / "run"),
        "seed": seed,
        "data": {
            "name": "MovieLens-100K",
            "source": "tables",
            "events": {"path": str(folder / "events.parquet")},
            "catalogue": {"path": str(catalogue)},
            "text_template": "{title} ({year}). {genres}",
        },
        "encoder": {"method": "frozen"},
        "baselines": {"history_decay": 0.9},
        "release": {"uri": str(folder / "releases"), "promote": False},
    }
    for section, values in VARIANTS[name].items():
        settings[section] |= values
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings))
    subprocess.run([sys.executable, "-m", "jobs.retrain", "--config", str(path)], check=True)
    return json.loads((folder / "run" / "metrics.json").read_text())


def _table(found: dict[str, list[dict[str, Any]]], seeds: list[int]) -> dict[str, Any]:
    """NDCG@10 on the test events by variant and method, each seed's."""
    return {
        "value": {
            name: {
                method: [
                    round(run["methods"][method]["ndcg@10"], 4) for run in runs if method in run["methods"]
                ]
                for method in METHODS
            }
            for name, runs in found.items()
        },
        "users": {name: runs[0]["users"] for name, runs in found.items()},
        "how": f"NDCG@10 on each user's last rating of 3 or more of MovieLens-100K, seeds {seeds}, frozen "
        "encoder; ratings of 2 or less are negative, positive as any other, or left out",
    }


if __name__ == "__main__":
    main()
