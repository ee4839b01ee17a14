"""MovieLens-100K in one process: leave-one-out histories, a sequence model and the usual rivals of it.

The sequence model is trained for a fixed number of epochs on frozen text vectors, once for each folder: what
is compared here is compared on the same model, which is not quite the one that `palate retrain` makes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import torch
from numpy.typing import NDArray

from palate.config import BaselinesConfig, DataConfig, SequenceConfig
from palate.data.catalogue import clean_catalogue, finish_catalogue
from palate.data.held_out import case_batches
from palate.data.histories import Histories, Part
from palate.data.repeats import NO_REPEATS
from palate.data.sources import open_source
from palate.encode import BUNDLED_ENCODER, load_encoder
from palate.evaluate.metrics.accuracy import Outcome, ndcg
from palate.evaluate.ranking import TieOrder, ranking
from palate.retrieve import RETRIEVERS, Scorer
from palate.retrieve.hybrid import SEQUENCE as SEQUENCE_MODEL
from palate.retrieve.retriever import TrainingData
from palate.schema import ITEM, TEXT, TIME, USER
from palate.sequence import epoch_batches, load_sequence, save_sequence
from palate.sequence.training.trainer import SequenceTrainer
from palate.storage import Folder

K, SEED, THREADS = 10, 0, 1
DATA = DataConfig(source="movielens-100k", text_template="{title} ({year}). {genres}")
PARTNERS = ("ease-recent", "ials", "transitions", "item-knn")
"""What is tried beside the base of a hybrid."""
SETTINGS = SequenceConfig(epochs=12, use_words=False)
BASELINES = BaselinesConfig(history_decay=0.9)
Values = NDArray[np.float64]


@dataclass(frozen=True)
class MovieLens:
    """The data, and what every measurement starts from."""

    catalogue: pa.Table
    histories: Histories
    measured: Histories
    """The users that methods are measured on: all, or a sample of them."""
    folder: Path
    """Where what takes long is kept between measurements."""

    @classmethod
    def prepared(cls, folder: str, users: int | None = None) -> MovieLens:
        """Read the installed package; methods are measured on so many users, or on all."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        catalogue, histories = read_data(DATA)
        measured = Histories.from_table(histories.to_table().slice(0, users))
        return cls(catalogue, histories, measured, Path(folder))

    def text_vectors(self) -> NDArray[np.float32]:
        """Unit vectors of the texts by the bundled encoder as it comes, float32 [items, width]."""
        path = self.folder / "texts.npy"
        if not path.exists():
            np.save(path, load_encoder(BUNDLED_ENCODER).encode(self.catalogue[TEXT].to_pylist()))
        vectors: NDArray[np.float32] = np.load(path)
        return vectors

    def base(self, name: str) -> Scorer:
        """What others are added to: the sequence model, or a fitted method, which takes seconds."""
        return self.sequence() if name == SEQUENCE_MODEL else self.baselines()[name]

    def sequence(self) -> Scorer:
        """The sequence model."""
        folder = Folder(str(self.folder / "sequence"))
        if not folder.exists("model.json"):
            save_sequence(folder, self._trained().averaged, SETTINGS, {})
        return load_sequence(folder)

    def baselines(self) -> dict[str, Scorer]:
        """Every fitted method that may be a partner of the sequence model, and popularity."""
        data = TrainingData(
            settings=BASELINES,
            n_items=len(self.catalogue),
            blocks=lambda: [self.histories],
            threads=THREADS,
            seed=SEED,
        )
        names = ("popularity", "transitions", "item-knn", "ease", "ials")
        fitted = [model.model for name in names for model in RETRIEVERS[name].fit(data)]
        return {model.method: model for model in fitted}

    def ndcg(self, scorer: Scorer, part: Part) -> Values:
        """NDCG@10 of each user, ranking every item that the user has not seen; float64 [users]."""
        hidden, ties = np.zeros(len(self.catalogue), np.bool_), TieOrder(len(self.catalogue), SEED)
        gains = []
        for cases in case_batches(self.measured, part, hidden, NO_REPEATS):
            ranks, _ = ranking(scorer.scores(cases.histories), cases, ties, K)
            gains.append(ndcg(Outcome.of(cases.owners, ranks, cases.candidates, K)))
        return np.concatenate(gains)

    def _trained(self) -> SequenceTrainer:
        torch.set_num_threads(THREADS)
        warm = torch.ones(len(self.catalogue), dtype=torch.bool)
        trainer = SequenceTrainer(
            text=torch.from_numpy(self.text_vectors()),
            warm=warm,
            settings=SETTINGS,
            seed=SEED,
            device=torch.device("cpu"),
        )
        hidden = np.zeros(len(warm), np.bool_)
        for epoch in range(SETTINGS.epochs):
            batches = epoch_batches(
                [lambda: self.histories],
                hidden,
                max_events=SETTINGS.max_events,
                tokens=SETTINGS.tokens_per_batch,
                seed=epoch,
            )
            losses = [trainer.step(batch) for batch in batches]
            print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
        return trainer


def read_data(data: DataConfig) -> tuple[pa.Table, Histories]:
    """A small data set's catalogue with its texts, and its histories, leave-one-out."""
    with tempfile.TemporaryDirectory() as raw:
        tables = open_source(data, Folder(raw))
        items = pa.Table.from_pandas(_frame(tables.catalogue.path), preserve_index=False)
        events = _frame(tables.events.path)
    catalogue, _ = finish_catalogue([clean_catalogue(items)], data.text_template)
    return catalogue, _histories(events, catalogue[ITEM].to_pylist())


def mean_of(methods: Mapping[str, Values]) -> dict[str, float]:
    """The mean of each method's values."""
    return {name: round(float(values.mean()), 4) for name, values in methods.items()}


def _frame(path: str) -> pd.DataFrame:
    return pd.read_parquet(path)


def _histories(events: pd.DataFrame, items: list[str]) -> Histories:
    """Each user's events in the order of time; the last is of the test, the last but one of validation."""
    index = {item: position for position, item in enumerate(items)}
    events = events.assign(**{TIME: events[TIME].astype(float).astype(np.int64)})
    events = events.sort_values([USER, TIME], kind="stable")
    sizes = events.groupby(USER, sort=True).size()
    return Histories(
        users=pa.array(sizes.index.tolist(), pa.string()),
        offsets=np.concatenate([[0], np.cumsum(sizes.to_numpy())]).astype(np.int64),
        items=events[ITEM].map(index).to_numpy(np.int32),
        times=events[TIME].to_numpy(),
        train_end=(sizes.to_numpy() - 2).astype(np.int32),
        validation_end=(sizes.to_numpy() - 1).astype(np.int32),
    )
