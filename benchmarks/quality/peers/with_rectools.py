"""RecTools: SASRec with three losses and layers, BERT4Rec, EASE and popularity.

Settings of the transformers: for short histories (Amazon Beauty) and long ones (MovieLens), those of the
eSASRec benchmark by RecTools' authors (arXiv 2508.06450), for BERT4Rec those of arXiv 2309.07602. For Beauty
the README of that benchmark gives 64 factors and its configuration files 256. The default here is 64, which
gets further in a bounded time; `--set n_factors=256` runs the other. Early stopping has their patience, and
looks at NDCG@10 where they look at the validation loss. It or the clock ends the training: their 100 or 200
epochs would be a handful of steps on a small data set.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.peers.course import Course
from benchmarks.quality.peers.grid import best_of
from benchmarks.quality.peers.lists import LENGTH, NOBODY, Lists
from benchmarks.quality.peers.split import Events, Question, Split
from benchmarks.quality.peers.trained import Limits, Recommend, Trained, threads

SHORT = {
    "session_max_len": 50,
    "n_factors": 64,
    "n_blocks": 1,
    "n_heads": 1,
    "dropout_rate": 0.2,
}
LONG = {
    "session_max_len": 200,
    "n_factors": 64,
    "n_blocks": 2,
    "n_heads": 1,
    "dropout_rate": 0.1,
}
ALWAYS = {"batch_size": 128, "lr": 0.001, "patience": 50, "epochs": 500}
SAMPLED = {"loss": "sampled_softmax", "n_negatives": 256}
BERT = {
    "n_factors": 64,
    "n_blocks": 2,
    "n_heads": 2,
    "dropout_rate": 0.1,
    "mask_prob": 0.2,
    "loss": "softmax",
}
EASE = {"regularization": [30.0, 100.0, 300.0, 1000.0]}
LONG_FROM = 50
"""Mean events of a training history from which histories count as long."""


def sasrec(split: Split, limits: Limits) -> Trained:
    """SASRec with cross-entropy over the whole catalogue."""
    from rectools.models import SASRecModel

    return _transformer(SASRecModel, {"loss": "softmax"}, split, limits)


def sasrec_sampled(split: Split, limits: Limits) -> Trained:
    """SASRec with cross-entropy over 256 sampled negatives: "SASRec + SS" of the eSASRec benchmark."""
    from rectools.models import SASRecModel

    return _transformer(SASRecModel, SAMPLED, split, limits)


def esasrec(split: Split, limits: Limits) -> Trained:
    """ESASRec: sampled softmax and LiGR layers."""
    from rectools.models import SASRecModel
    from rectools.models.nn.transformers.ligr import LiGRLayers

    layers = {
        "transformer_layers_type": LiGRLayers,
        "transformer_layers_kwargs": {"ff_factors_multiplier": 4},
        "use_key_padding_mask": True,
    }
    return _transformer(SASRecModel, SAMPLED | layers, split, limits)


def bert4rec(split: Split, limits: Limits) -> Trained:
    """BERT4Rec with cross-entropy over the whole catalogue."""
    from rectools.models import BERT4RecModel

    return _transformer(BERT4RecModel, BERT, split, limits)


def ease(split: Split, limits: Limits) -> Trained:
    """Closed-form item-to-item weights."""
    from rectools.models import EASEModel

    def fit(settings: dict[str, Any]) -> Recommend:
        return _recommending(EASEModel(**settings, recommend_n_threads=threads()).fit(dataset(split.train)))

    return best_of(EASE, fit, split, limits, "rectools")


def popular(split: Split, limits: Limits) -> Trained:
    """What most users met, the same for everybody but for what each has met already."""
    from rectools.models import PopularModel

    def fit(_: dict[str, Any]) -> Recommend:
        return _recommending(PopularModel().fit(dataset(split.train)))

    return best_of({}, fit, split, limits, "rectools")


def dataset(events: Events) -> Any:
    """RecTools' own form of events, with the split's indices as its internal ids too."""
    from rectools import Columns
    from rectools.dataset import Dataset, IdMap, Interactions

    when = pd.to_datetime(events.position, unit="s")
    rows = {Columns.User: events.user, Columns.Item: events.item, Columns.Weight: 1.0, Columns.Datetime: when}
    users, items = (IdMap.from_values(np.arange(size)) for size in events.shape)
    return Dataset(users, items, Interactions.from_raw(pd.DataFrame(rows), users, items))


def _recommending(model: Any) -> Recommend:
    def recommend(question: Question) -> Lists:
        found = model.recommend(users=question.users, dataset=dataset(question.history), k=LENGTH,
                                filter_viewed=True, on_unsupported_targets="ignore")  # fmt: skip
        rows = np.searchsorted(question.users, found["user_id"].to_numpy())
        lists = np.full((len(question.users), LENGTH), NOBODY, np.int32)
        lists[rows, found["rank"].to_numpy() - 1] = found["item_id"].to_numpy()
        return lists

    return recommend


def _transformer(kind: Any, own: dict[str, Any], split: Split, limits: Limits) -> Trained:
    from pytorch_lightning import seed_everything

    long = len(split.train.user) / len(np.unique(split.train.user)) >= LONG_FROM
    settings = (LONG if long else SHORT) | ALWAYS | own | limits.changes
    seed_everything(limits.seed, verbose=False)
    model = kind(**{name: value for name, value in settings.items() if name != "patience"})
    course = Course(split, limits, settings["epochs"], settings["patience"])
    model._trainer = _trainer(model, course)
    course.start()
    model.fit(dataset(split.train))
    course.restore(model.torch_model)
    told = {name: getattr(value, "__name__", value) for name, value in settings.items()}
    return Trained(
        _recommending(model), "rectools", told, course.seconds, course.stopped_by, curve=course.curve
    )


def _trainer(model: Any, course: Course) -> Any:
    """RecTools' default Lightning trainer with a pause for validation after each epoch."""
    from pytorch_lightning import Callback, Trainer

    class Pause(Callback):
        def __deepcopy__(self, _: Any) -> Pause:
            return self  # RecTools copies its trainer before each fit, and the course must see that fit

        def on_train_epoch_end(self, trainer: Any, _: Any) -> None:
            model.is_fitted = True  # so that it recommends; it would be set after the last epoch
            trainer.should_stop = bool(course.after_epoch(model.torch_model, _recommending(model)))

    return Trainer(
        max_epochs=course.epochs, min_epochs=1, callbacks=[Pause()], accelerator="cpu", devices=1,
        logger=False, enable_progress_bar=False, enable_model_summary=False, enable_checkpointing=False,
    )  # fmt: skip
