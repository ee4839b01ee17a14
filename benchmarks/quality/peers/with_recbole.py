"""RecBole: SASRec, with RecBole's own data set, model and training epoch.

RecBole 1.2.1 needs no change under numpy 1.26: its configuration restores the names that numpy dropped
(`np.float`, ...). Its `quick_start` would import ray, and is not needed. Learning rate, batch size and length
of history are those of RecBole's published search (on Amazon-Books for short histories, on MovieLens-1M for
long ones); all else is its default. It trains on each prefix of each history by itself: an epoch is dear.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.peers.course import Course
from benchmarks.quality.peers.lists import LENGTH, Lists
from benchmarks.quality.peers.split import Question, Split
from benchmarks.quality.peers.trained import Limits, Recommend, Trained
from benchmarks.quality.peers.with_rectools import LONG_FROM

SHORT = {"learning_rate": 0.0003, "train_batch_size": 1024}
LONG = {"learning_rate": 0.0005, "train_batch_size": 4096}
ALWAYS = {"MAX_ITEM_LIST_LENGTH": 50, "epochs": 500, "stopping_step": 10, "n_layers": 2, "n_heads": 2,
          "hidden_size": 64, "inner_size": 256,
          "hidden_dropout_prob": 0.5, "attn_dropout_prob": 0.5, "loss_type": "CE"}  # fmt: skip
FIXED = {
    "USER_ID_FIELD": "user_id", "ITEM_ID_FIELD": "item_id", "TIME_FIELD": "timestamp",
    "load_col": {"inter": ["user_id", "item_id", "timestamp"], "item": ["item_id"]},
    "train_neg_sample_args": None, "use_gpu": False, "show_progress": False, "state": "ERROR",
    "eval_args": {"split": {"RS": [1.0, 0.0, 0.0]}, "group_by": "user", "order": "TO", "mode": "full"},
}  # fmt: skip
BATCH = 1024


def sasrec(split: Split, limits: Limits) -> Trained:
    """SASRec with cross-entropy over the whole catalogue, on every prefix of every history."""
    long = len(split.train.user) / len(np.unique(split.train.user)) >= LONG_FROM
    settings = (LONG if long else SHORT) | ALWAYS | limits.changes
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):  # RecBole writes logs where it runs
        config, data, loader = _prepared(Path(place), split, settings | {"seed": limits.seed})
        model, trainer = _model(config, data)
        recommend = _recommending(model, data, split)
        course = Course(split, limits, settings["epochs"], settings["stopping_step"])
        course.start()
        trainer.eval_collector.data_collect(loader)
        stop = ""
        while not stop:
            trainer._train_epoch(loader, course.epoch)
            stop = course.after_epoch(model, recommend)
        course.restore(model)
    return Trained(recommend, "recbole", settings, course.seconds, course.stopped_by, curve=course.curve)


def _prepared(place: Path, split: Split, settings: dict[str, Any]) -> tuple[Any, Any, Any]:
    """RecBole's configuration, its data set and its loader of training prefixes."""
    from recbole.config import Config
    from recbole.data import create_dataset
    from recbole.data.dataloader import TrainDataLoader
    from recbole.utils import init_seed

    _write(place / "peer", split)
    config = Config(model="SASRec", dataset="peer", config_dict=FIXED | settings | {"data_path": str(place)})
    init_seed(config["seed"], config["reproducibility"])
    data = create_dataset(config)
    train = data.build()[0]
    return config, train, TrainDataLoader(config, train, None, shuffle=True)


def _write(folder: Path, split: Split) -> None:
    """The train events, and the whole catalogue, so that an item without a train event has an id too."""
    folder.mkdir()
    train = split.train
    rows = (f"{u}\t{i}\t{p}" for u, i, p in zip(train.user, train.item, train.position, strict=True))
    heads = "user_id:token\titem_id:token\ttimestamp:float"
    (folder / "peer.inter").write_text("\n".join([heads, *rows]) + "\n")
    items = (str(item) for item in range(train.shape[1]))
    (folder / "peer.item").write_text("\n".join(["item_id:token", *items]) + "\n")


def _model(config: Any, data: Any) -> tuple[Any, Any]:
    from recbole.model.sequential_recommender import SASRec
    from recbole.trainer import Trainer

    model = SASRec(config, data).to(config["device"])
    return model, Trainer(config, model)


def _recommending(model: Any, data: Any, split: Split) -> Recommend:
    import torch

    ours = torch.tensor([0, *(int(token) for token in data.field2id_token["item_id"][1:])])
    theirs = torch.empty(split.train.shape[1], dtype=torch.long)
    theirs[ours[1:]] = torch.arange(1, len(ours))

    def batch(question: Question, users: np.ndarray) -> torch.Tensor:
        inputs, lengths = _inputs(question, users, theirs.numpy(), model.max_seq_length)
        scores = model.full_sort_predict({model.ITEM_SEQ: inputs, model.ITEM_SEQ_LEN: lengths})
        scores[:, 0] = -torch.inf
        met = question.history.matrix[users].tocoo()
        scores[torch.from_numpy(met.row).long(), theirs[torch.from_numpy(met.col).long()]] = -torch.inf
        return ours[scores.topk(LENGTH).indices]

    @torch.no_grad()
    def recommend(question: Question) -> Lists:
        model.eval()
        users = [question.users[at : at + BATCH] for at in range(0, len(question.users), BATCH)]
        return torch.cat([batch(question, some) for some in users]).numpy().astype(np.int32)

    return recommend


def _inputs(question: Question, users: np.ndarray, theirs: np.ndarray, longest: int) -> tuple[Any, Any]:
    """The last items of each history, first in its row, and how many there are."""
    import torch

    history = question.history
    starts, ends = (np.searchsorted(history.user, users, side) for side in ("left", "right"))
    inputs = np.zeros((len(users), longest), np.int64)
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        last = theirs[history.item[max(start, end - longest) : end]]
        inputs[row, : len(last)] = last
    return torch.from_numpy(inputs), torch.from_numpy(np.minimum(ends - starts, longest))
