"""What can be checked of the peers without their packages: the split's reading, the lists, the arguments."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.quality.peers.__main__ import PEERS, arguments, write
from benchmarks.quality.peers.course import Course
from benchmarks.quality.peers.grid import best_of
from benchmarks.quality.peers.lists import NOBODY, check, completed, ndcg
from benchmarks.quality.peers.split import read_split
from benchmarks.quality.peers.trained import Limits, Trained

ITEMS = 14
EVENTS = [
    (0, 3, 0, "train"), (0, 1, 1, "train"), (0, 2, 2, "validation"), (0, 4, 3, "test"),
    (1, 1, 0, "train"), (1, 5, 1, "train"), (1, 6, 2, "test"),
]  # fmt: skip


def folder_of(events, path):
    columns = dict(
        zip(["user", "item", "position", "part"], map(list, zip(*events, strict=True)), strict=True)
    )
    pq.write_table(pa.table(columns), path / "split.parquet")
    (path / "split.json").write_text(json.dumps({"users": 2, "items": ITEMS, "sha256": "0"}))
    return path


@pytest.fixture
def split(tmp_path):
    return read_split(folder_of(EVENTS, tmp_path))


def test_training_sees_train_events_alone(split):
    assert split.train.item.tolist() == [3, 1, 1, 5]


def test_validation_is_asked_from_train_events_and_test_from_both(split):
    assert (split.validation.users.tolist(), split.validation.history.item.tolist()) == ([0], [3, 1])
    assert (split.test.users.tolist(), split.test.history.item.tolist()) == ([0, 1], [3, 1, 2, 1, 5])


@pytest.mark.parametrize(
    "events", [EVENTS[::-1], [*EVENTS, (1, 7, 3, "test")], [(0, 1, 0, "holdout")]],
    ids=["out of order", "two test events", "unknown part"],
)  # fmt: skip
def test_a_split_that_breaks_its_rules_is_refused(events, tmp_path):
    with pytest.raises(ValueError, match=r"order|several|unknown"):
        read_split(folder_of(events, tmp_path))


def test_gaps_are_filled_with_popular_items_that_the_user_has_not_met(split):
    lists = completed(np.full((2, 10), NOBODY, np.int32), split.test, split.train.popular)
    check(lists, split.test)
    assert lists[0, 0] == 5
    assert lists[1, 0] == 3


def test_a_list_with_an_item_of_the_history_is_refused(split):
    with pytest.raises(ValueError, match="history"):
        check(np.tile(np.arange(10, dtype=np.int32), (2, 1)), split.test)


def test_ndcg_falls_with_the_rank():
    lists = np.tile(np.arange(10), (3, 1))
    assert ndcg(lists, np.array([0, 2, 77])) == pytest.approx((1 + 1 / 2) / 3)


def test_a_grid_keeps_what_validation_likes_best(split):
    def fit(settings):
        wanted = np.array([[settings["item"], *range(7, 14), 0, 6]], np.int32)
        return lambda question: np.repeat(wanted, len(question.users), axis=0)

    trained = best_of({"item": [4, 2, 5]}, fit, split, Limits(), "numpy")
    assert trained.settings["item"] == 2
    assert [one["item"] for one in trained.settings["tried"]] == [4, 2, 5]


class Network:
    weights = 0

    def state_dict(self):
        return {"weights": Tensor(self.weights)}

    def load_state_dict(self, state):
        self.weights = int(state["weights"].value)

    def train(self):
        pass


class Tensor:
    def __init__(self, value):
        self.value = value

    def detach(self):
        return self

    clone = detach


def test_training_ends_by_patience_and_goes_back_to_the_best_epoch(split):
    network, course = Network(), Course(split, Limits(), epochs=50, patience=3)
    course.start()
    stop = ""
    while not stop:
        network.weights += 1
        best = 2 if network.weights == 4 else 7
        lists = np.array([[best, *range(8, 14), 0, 4, 5]], np.int32)
        stop = course.after_epoch(network, lambda question, lists=lists: lists)
    assert (stop, course.epoch) == ("patience", 7)
    course.restore(network)
    assert network.weights == 4


def test_the_files_hold_what_the_harness_reads(split, tmp_path):
    out = tmp_path / "peer.parquet"
    trained = Trained(
        lambda q: np.full((len(q.users), 10), NOBODY, np.int32), "numpy", {"k": 1}, 1.5, "epochs"
    )
    write(out, "popular", trained, split, seed=3)
    table = pq.read_table(out)
    assert table.schema.field("user").type == pa.int32()
    assert table.schema.field("items").type == pa.list_(pa.int32())
    report = json.loads(out.with_suffix(".json").read_text())
    assert report.keys() >= {
        "name", "package", "version", "settings", "seed", "train_seconds", "score_seconds",
        "peak_memory_bytes", "validation_curve", "stopped_by", "grid_seconds",
    }  # fmt: skip
    assert report["completed_lists"] == 2


@pytest.mark.parametrize("wrong", [["nobody"], [], ["popular", "--set", "factors"]])
def test_wrong_arguments_end_the_program(wrong, tmp_path):
    with pytest.raises(SystemExit):
        arguments([*wrong, "--split", str(tmp_path), "--out", str(tmp_path / "out.parquet")])


def test_settings_are_read_as_json(tmp_path):
    given = arguments(["ials", "--split", "a", "--out", "b", "--set", "factors=[8, 16]", "--set", "loss=BCE"])
    assert dict(given.set) == {"factors": [8, 16], "loss": "BCE"}
    assert given.name in PEERS
