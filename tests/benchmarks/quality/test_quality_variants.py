import json
from pathlib import Path

import pytest
import yaml

from benchmarks.quality.variant_table import keep
from benchmarks.quality.variants import BASE, SETTINGS
from palate.config import load_config


def found(ndcg, **more):
    metrics = {"ndcg@10": ndcg, "recall@10": 0.2, "short_ndcg@10": 0.1}
    return {**metrics, "best_epoch": 3, "seconds_an_epoch": 7.6, **more}


def test_a_variant_takes_the_place_of_its_older_measurement_in_the_given_order(tmp_path):
    file, cold = tmp_path / "data.json", {"cold": {"sequence, whole history": {"recall@10": 0.05}}}
    for name, ndcg in (("b", 0.1), ("a", 0.2), ("b", 0.3)):
        keep(file, ["a", "b"], name, found(ndcg, **(cold if name == "a" else {})))
    assert list(json.loads(file.read_text())) == ["a", "b"]
    rows = file.with_suffix(".md").read_text().splitlines()[2:]
    assert rows == [
        "| a | 0.2000 | 0.2000 | 0.1000 | 0.0500 | 3 | 8 |",
        "| b | 0.3000 | 0.2000 | 0.1000 |  | 3 | 8 |",
    ]


@pytest.mark.parametrize("file", sorted(SETTINGS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_variant_is_a_valid_configuration(file: Path):
    groups = yaml.safe_load(file.read_text())
    assert groups["items"][BASE] == []
    for group in groups.values():
        for settings in group.values():
            load_config(f"configs/{file.stem}.yaml", settings)
