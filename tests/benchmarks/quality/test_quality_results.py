import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.quality.peer_methods import judged
from benchmarks.quality.results import Results, summary, table
from benchmarks.quality.split import write_split
from palate.config import Config
from palate.data.histories import Histories
from palate.errors import PalateError
from palate.schema import CATALOGUE_SCHEMA
from palate.storage import Folder

LIST = list(range(10, 20))


def written(folder, lists):
    """A split of two users, who are asked for items 10 and 13, and lists for some users."""
    events = {
        "user": [0, 0, 1],
        "item": [1, 10, 13],
        "position": [0, 1, 0],
        "part": ["train", "test", "test"],
    }
    pq.write_table(pa.table(events), folder / "split.parquet")
    pq.write_table(pa.table({"user": list(lists), "items": list(lists.values())}), folder / "lists.parquet")
    return judged(folder / "lists.parquet", folder)


def test_lists_are_judged_by_the_place_of_the_answer(tmp_path):
    found = written(tmp_path, {0: LIST, 1: LIST})
    assert found["recall@10"] == 1.0
    assert math.isclose(found["ndcg@10"], (1 + 1 / math.log2(5)) / 2, abs_tol=1e-6)
    assert math.isclose(found["mrr@10"], (1 + 1 / 4) / 2)


def test_an_answer_that_no_list_has_counts_nothing(tmp_path):
    found = written(tmp_path, {0: list(range(20, 30)), 1: LIST})
    assert found["recall@10"] == 0.5


def test_lists_for_some_of_the_users_are_refused(tmp_path):
    with pytest.raises(ValueError, match="1 of 2 users"):
        written(tmp_path, {0: LIST})


def measured(ndcg):
    return {"ndcg@10": ndcg, "recall@10": 0.2, "mrr@10": 0.1, "seconds": 10.0, "peak_memory_bytes": 2**30}


def test_methods_are_ordered_by_their_mean_over_the_seeds():
    found = summary({0: {"a": measured(0.1), "b": measured(0.3)}, 1: {"a": measured(0.2)}}, {"a"})
    assert list(found) == ["b", "a"]
    assert found["a"]["ndcg@10"] == {"mean": 0.15, "seeds": [0.1, 0.2]}
    assert (found["a"]["peer"], found["b"]["peer"]) == (True, False)
    assert "| a | 0.1500 (0.1000, 0.2000) |" in table(found)


HERE = {"commit": "c", "machine": "m", "time": "t"}


def test_what_is_measured_later_stands_beside_what_was_there(tmp_path):
    for seed, name, ndcg in ((0, "a", 0.1), (1, "a", 0.3), (0, "b", 0.4), (0, "a", 0.2)):
        results = Results(tmp_path / "data.json")
        results.add(seed, {name: measured(ndcg)}, HERE, f"command {name}")
        results.write({"b"})
    found = json.loads((tmp_path / "data.json").read_text())
    assert found["methods"]["a"]["ndcg@10"]["seeds"] == [0.2, 0.3]
    assert list(found["methods"]) == ["b", "a"]
    assert found["commands"] == ["command a", "command b"]
    assert found["measured"]["0"]["a"]["commit"] == "c"
    assert "| b |" in (tmp_path / "data.md").read_text()


def test_figures_of_two_splits_are_not_mixed(tmp_path):
    results = Results(tmp_path / "data.json")
    results.require_split("one")
    results.write(set())
    Results(tmp_path / "data.json").require_split("one")
    with pytest.raises(PalateError, match="another split"):
        Results(tmp_path / "data.json").require_split("two")


def test_the_split_of_a_run_has_every_event_in_its_part(tmp_path):
    run = Folder(str(tmp_path / "run"))
    histories = Histories(
        users=pa.array(["b", "a"]),
        offsets=[0, 3, 7],
        items=pa.array([5, 6, 7, 1, 2, 3, 4], pa.int32()).to_numpy(),
        times=pa.array(range(7), pa.int64()).to_numpy(),
        train_end=pa.array([1, 2], pa.int32()).to_numpy(),
        validation_end=pa.array([2, 3], pa.int32()).to_numpy(),
    )
    run.write_table("prepare/histories/part-0.parquet", histories.to_table())
    names = [str(item) for item in range(8)]
    catalogue = pa.Table.from_arrays(
        [pa.array(names) for _ in CATALOGUE_SCHEMA], names=CATALOGUE_SCHEMA.names
    )
    run.write_table("prepare/catalogue.parquet", catalogue)
    digest = write_split(Config(run=str(tmp_path / "run")), tmp_path / "split")
    rows = pq.read_table(tmp_path / "split" / "split.parquet").to_pylist()
    assert [(row["user"], row["item"], row["part"]) for row in rows] == [
        (0, 1, "train"), (0, 2, "train"), (0, 3, "validation"), (0, 4, "test"),
        (1, 5, "train"), (1, 6, "validation"), (1, 7, "test"),
    ]  # fmt: skip
    about = json.loads((tmp_path / "split" / "split.json").read_text())
    assert about == {"users": 2, "items": 8, "sha256": digest}
