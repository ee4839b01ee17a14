"""Hidden items: whether the endpoint finds items that its release has never seen as the evaluation does.

The probe of cold items trains a model without some of the items of a finished run. That model is released
without them and served, and they are posted to the running endpoint. Lists for the histories before the test
events whose item is one of them are then compared with how the evaluation ranks the same items by the same
model, whose catalogue has their texts. Rivals are popularity, which knows nothing of a new item, and chance.

    python -m benchmarks.loop.hidden_items --run FOLDER [--share 0.1]

A run without a probe (evaluation.cold_share=0) gets one with this share, beside it: that takes as long as its
encoder, unless it is frozen, and one sequence model.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.loop.hidden_release import case_user, held_out_cases, publish_without
from benchmarks.loop.posting import post_json
from benchmarks.loop.ratios import ratio_of_sums
from benchmarks.loop.results import write_figure
from benchmarks.serving.processes import palate_endpoint
from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.stage import stage_folder
from jobs.runtime.stage_inputs import catalogue, hidden_items, history_shards
from palate.config import Config, dump_config, load_config
from palate.data.counts import train_counts
from palate.evaluate.cold import RECALL_AT, ColdCase, cold_cases, is_found
from palate.retrieve import Popularity
from palate.schema import ITEM, TEXT, TITLE
from palate.sequence import load_sequence
from palate.storage import Folder

COMMAND = "python -m benchmarks.loop.hidden_items --run FOLDER"
SHARE = 0.1
MOST_CASES = 2000
"""Of users' last hidden items; more would not make the figure much more exact."""
STAGES = ("prepare", "train_encoder", "embed_catalogue", "cold_probe")
ITEMS_A_REQUEST = 100
LOOK_S = 0.5
GIVE_UP_S = 600.0


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=Path, help="folder of a finished `palate retrain`")
    parser.add_argument("--share", type=float, default=SHARE, help=f"of items that are hidden ({SHARE})")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as name:
        Path(name).chmod(0o755)
        config = _probed(arguments.run, arguments.share, Path(name))
        found = _measured(config, Path(name))
    write_figure("hidden_items_online_vs_offline", COMMAND, found)


def _probed(run: Path, share: float, place: Path) -> Config:
    """Settings of a copy of the run whose probe is finished; the run itself stays as it is."""
    print("1/3 the probe of cold items, unless the run has it", flush=True)
    given = load_config(run / "config.yaml")
    hidden = given.evaluation.model_copy(update={"cold_share": given.evaluation.cold_share or share})
    places = {"run": str(place / "run"), "evaluation": hidden}
    release = given.release.model_copy(update={"uri": str(place / "releases")})
    config = given.model_copy(update=places | {"release": release})
    for stage in STAGES:
        shutil.copytree(run / stage, place / "run" / stage)
    settings = place / "config.yaml"
    settings.write_text(dump_config(config))
    subprocess.run([sys.executable, "-m", "jobs.cold_probe", "--config", str(settings)], check=True)
    return config


def _measured(config: Config, place: Path) -> dict[str, Any]:
    hidden, shards = hidden_items(config), history_shards(config)
    counts = np.where(hidden, 0, train_counts(shards, len(hidden)))
    popularity = Popularity(counts.astype(np.float32))
    blocks = [shard() for shard in shards]
    of_test = [case for block in blocks for case in held_out_cases(block, hidden)]
    of_users = [case for block in blocks for case in cold_cases(block, hidden)][:MOST_CASES]
    cases = [case._replace(history=case.history.of_items(~hidden)) for case in of_test + of_users]
    publish_without(config, hidden=hidden, popularity=popularity, cases=cases, work=Folder(f"{place}/work"))
    online = _online(config, place / "store", hidden, cases)
    offline = is_found(load_sequence(stage_folder(config, "cold_probe")), cases)
    by_popularity = is_found(popularity, cases)
    first, rest = (
        _compared(online[part], offline[part], by_popularity[part], len(hidden))
        for part in (slice(len(of_test)), slice(len(of_test), None))
    )
    return first | {
        "last hidden item of each user": rest,
        "hidden_items": int(hidden.sum()),
        "wanted": "0.95 to 1.05",
        "dataset": config.data.name,
        "how": f"Recall@{RECALL_AT} among all items, of test events whose item the release has never seen: "
        "posted to palate serve (fused), over the evaluation of the same items by the same sequence model",
    }


def _online(
    config: Config, store: Path, hidden: NDArray[np.bool_], cases: Sequence[ColdCase]
) -> NDArray[np.bool_]:
    """Whether the endpoint lists the item of each case, once all hidden ones were posted; bool [cases]."""
    names = catalogue(config)[ITEM].to_pylist()
    with palate_endpoint(config.release.uri, store, "fused") as (url, _):
        print("2/3 posting the hidden items", flush=True)
        _post(url, catalogue(config).filter(pa.array(hidden)))
        print("3/3 lists, and the evaluation of the same cases", flush=True)
        with progress_bar(Work("lists", "lists"), total=len(cases)) as progress:
            found = []
            for number, case in enumerate(cases):
                answer = post_json(f"{url}/v1/recommend", {"user": case_user(number), "k": RECALL_AT})
                found.append(names[case.target] in [place["item"] for place in answer["items"]])
                progress.advance(1)
    return np.array(found, bool)


def _post(url: str, items: pa.Table) -> None:
    """Post the items with all that their catalogue says of them, and wait until lists know each."""
    rows = [{name: value for name, value in row.items() if value} for row in items.to_pylist()]
    posted = [
        {
            "item": row[ITEM],
            "title": row[TITLE],
            "fields": {name: value for name, value in row.items() if name not in (ITEM, TITLE, TEXT)},
        }
        for row in rows
    ]
    for first in range(0, len(posted), ITEMS_A_REQUEST):
        post_json(f"{url}/v1/items", {"items": posted[first : first + ITEMS_A_REQUEST]})
    missing, deadline = [row[ITEM] for row in rows], time.monotonic() + GIVE_UP_S
    while missing := [item for item in missing if not _is_known(url, item)]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(missing):,} posted items were in no list after {GIVE_UP_S:g} s")
        time.sleep(LOOK_S)


def _is_known(url: str, item: str) -> bool:
    """Whether lists know an item by now."""
    try:
        post_json(f"{url}/v1/similar", {"item": item, "k": 1})
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return False
    return True


def _compared(
    online: NDArray[np.bool_], offline: NDArray[np.bool_], popularity: NDArray[np.bool_], items: int
) -> dict[str, Any]:
    """Recall of both, each bool [cases], and of the rivals."""
    ratio = ratio_of_sums(online, offline)
    rates = {"online": online, "offline": offline, "popularity": popularity}
    recall = {name: round(float(found.mean()), 4) if len(found) else None for name, found in rates.items()}
    return {
        "value": ratio["value"],
        "interval": [ratio["low"], ratio["high"]],
        f"recall@{RECALL_AT}": recall | {"chance": round(RECALL_AT / items, 4)},
        "cases": len(online),
        "found by both": int((online & offline).sum()),
        "found online alone": int((online & ~offline).sum()),
        "found offline alone": int((~online & offline).sum()),
    }


if __name__ == "__main__":
    main()
