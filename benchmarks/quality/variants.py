"""Trains variants of the sequence model, and compares them on the validation events alone.

`python -m benchmarks.quality.variants amazon-beauty --folder FOLDER` reads `settings/amazon-beauty.yaml`
beside this file, groups of variants by name with what is set for each, and writes the file and the table
`results/amazon-beauty-variants`. `--only NAME ...` trains some of them. All have one member and one seed;
those of the group `items` are trained once more without a tenth of the items, which are then sought.
"""

from __future__ import annotations

import argparse
import os
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.quality.command import RESULTS, config_of, end_well
from benchmarks.quality.variant_table import keep
from benchmarks.where import where
from jobs.runtime.ray_session import ray_session
from jobs.runtime.stage import run_stage, stage_folder
from jobs.runtime.stage_inputs import catalogue, history_shards
from jobs.training.sequence import no_hidden_items
from palate.config import Config
from palate.data.held_out import case_batches
from palate.data.repeats import RepeatRules
from palate.errors import PalateError
from palate.evaluate.metrics import ACCURACY, Outcome
from palate.evaluate.ranking import TieOrder, ranking
from palate.sequence import load_sequence

SETTINGS = Path(__file__).with_name("settings")
BASE = "as it is"
"""The variant without a setting of its own; the others begin with its catalogue and its text vectors."""
SHARED = ("prepare", "train_encoder", "embed_catalogue")
STAGES = (*SHARED, "train_sequence")
ITEMS, COLD = "items", "cold_probe"
K = 10
SHORT = 5
"""Most events of a short history."""


def main() -> None:
    """Measure, and write after every variant."""
    options = _options()
    groups = yaml.safe_load((SETTINGS / f"{options.data}.yaml").read_text())
    names = [name for group in groups.values() for name in group]
    unknown = [name for name in options.only if name not in names]
    if unknown:
        raise PalateError(f"no variant {', '.join(unknown)}; there are {', '.join(names)}")
    for group, variants in groups.items():
        for name, settings in variants.items():
            if not options.only or name in options.only:
                print(f"{name} ...", flush=True)
                config = _config(options, name, settings)
                found = {"settings": settings, **_measured(config, group == ITEMS), **where(RESULTS)}
                keep(RESULTS / f"{options.data}-variants.json", names, name, found)


def _measured(config: Config, cold: bool) -> dict[str, Any]:
    _take_over(config)
    with ray_session(config):
        for name in (*STAGES, COLD) if cold else STAGES:
            run_stage(import_module(f"jobs.{name}").STAGE, config)
    folder = stage_folder(config, "train_sequence")
    told = folder.read_json("model.json")
    found = {
        **_validation(config),
        "best_epoch": 1 + int(np.argmax(told["curve"])),
        "seconds_an_epoch": round(float(np.mean(told["seconds"])), 1),
        "curve": [round(value, 5) for value in told["curve"]],
    }
    if cold:
        found["cold"] = stage_folder(config, COLD).read_json("cold.json")["methods"]
    return found


def _validation(config: Config) -> dict[str, float]:
    """Metrics of the validation events, as the evaluation has them, and of the short histories alone."""
    scorer, items = load_sequence(stage_folder(config, "train_sequence")), len(catalogue(config))
    ties, parts, lengths = TieOrder(items, config.seed), [], []
    for shard in history_shards(config):
        for cases in case_batches(shard(), "validation", no_hidden_items(config), RepeatRules.of(config)):
            ranks, _ = ranking(scorer.scores(cases.histories), cases, ties, K)
            outcome = Outcome.of(cases.owners, ranks, cases.candidates, K)
            parts.append(np.column_stack([ACCURACY[name](outcome) for name in ("ndcg", "recall")]))
            lengths.append(cases.lengths())
    values, short = np.concatenate(parts), np.concatenate(lengths) <= SHORT
    ndcg, recall = values.mean(0)
    return {
        "ndcg@10": round(float(ndcg), 5),
        "recall@10": round(float(recall), 5),
        "short_ndcg@10": round(float(values[short, 0].mean()), 5) if short.any() else 0.0,
        "short_users": int(short.sum()),
    }


def _take_over(config: Config) -> None:
    """Begin with what the base has worked out; what a variant's settings change is worked out again."""
    base, run = Path(config.run).parent / BASE, Path(config.run)
    for name in SHARED:
        if run != base and (base / name).exists() and not (run / name).exists():
            shutil.copytree(base / name, run / name, copy_function=os.link)


def _config(options: argparse.Namespace, name: str, settings: list[str]) -> Config:
    single = ["sequence.members=1", *settings]
    return config_of(options.data, f"variants/{name}", single, options.folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.quality.variants", description=__doc__)
    parser.add_argument("data", choices=[file.stem for file in sorted(SETTINGS.glob("*.yaml"))])
    parser.add_argument("--folder", help="folder of the data, where they do not come with the installation")
    parser.add_argument("--only", nargs="+", default=[], metavar="VARIANT")
    return parser.parse_args()


if __name__ == "__main__":
    end_well(main)
