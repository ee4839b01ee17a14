"""New items: a tenth of a catalogue, drawn by hash, does not exist in training and is then sought.

As `jobs.cold_probe` has it, in one process; the users' halves tell what was chosen from what is reported.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray

from benchmarks.encoders.movielens import read_data
from palate.config import DataConfig, EncoderConfig, SequenceConfig
from palate.data.counts import log_popularity, train_counts
from palate.data.histories import Histories
from palate.data.repeats import RepeatRules
from palate.encode import TextEncoder, batches, sample_pairs
from palate.encode.neighbours import NeighbourTrainer
from palate.evaluate.cold import RECALL_AT, ColdCase, cold_cases, cold_items, is_found
from palate.retrieve import Scorer
from palate.schema import ITEM, TEXT
from palate.sequence import MovingAverage, Transformer, epoch_batches
from palate.sequence.network.words import word_bags
from palate.sequence.store import all_item_vectors
from palate.sequence.training.trainer import SequenceTrainer
from palate.sequence.training.validation import validation_ndcg

HIDDEN_SHARE, SEED = 0.1, 0
PROBE = SequenceConfig(epochs=8)
CPU = torch.device("cpu")
Found = NDArray[np.bool_]
Vectors = NDArray[np.float32]


class NewItems(NamedTuple):
    """The data, and who sought a hidden item."""

    texts: list[str]
    histories: Histories
    hidden: NDArray[np.bool_]
    cases: list[ColdCase]

    @classmethod
    def of(cls, data: DataConfig) -> NewItems:
        """Of a catalogue and its histories."""
        catalogue, histories = read_data(data)
        hidden = cold_items(catalogue[ITEM].to_pylist(), HIDDEN_SHARE, SEED)
        return cls(_texts(catalogue), histories, hidden, list(cold_cases(histories, hidden)))

    @property
    def chance(self) -> float:
        """Recall of a random order."""
        return RECALL_AT / len(self.texts)

    def found_by_text(self, vectors: Vectors) -> Found:
        """Whether the moving average of text vectors finds each case among ten."""
        return self._found(MovingAverage(vectors, PROBE.recency_rate))

    def found_by_sequence(self, vectors: Vectors) -> tuple[Found, float]:
        """The same by a sequence model of these vectors, and its validation NDCG@10 of known items."""
        trainer = self._probe(vectors)
        for epoch in range(PROBE.epochs):
            losses = [trainer.step(batch) for batch in self._epoch(epoch)]
            print(f"  probe, epoch {epoch + 1} of {PROBE.epochs}: loss {np.mean(losses):.3f}", flush=True)
        model = trainer.averaged.eval()
        with torch.no_grad():
            scorer = Transformer(model.users, all_item_vectors(model), PROBE.max_events)
        known = validation_ndcg(trainer, [lambda: self.histories], self.hidden, RepeatRules())
        return self._found(scorer), known

    def fine_tuned(self, encoder: TextEncoder, settings: EncoderConfig) -> NeighbourTrainer:
        """A trainer that has made all its steps, to which the hidden items do not exist."""
        shards = [lambda: self.histories]
        trainer = NeighbourTrainer(
            encoder,
            [self.texts],
            log_popularity=log_popularity(train_counts(shards, len(self.texts))),
            settings=settings,
            seed=SEED,
            device=CPU,
        )
        pairs = sample_pairs(
            [self.histories],
            count=settings.steps * settings.batch_size,
            window=settings.window,
            hidden=self.hidden,
            seed=SEED,
        )
        for batch in batches(pairs, settings.batch_size, 0, settings.steps):
            loss = trainer.step(batch)
            print(f"  step {trainer.steps_done} of {settings.steps}: loss {loss:.3f}", flush=True)
        return trainer

    def _found(self, scorer: Scorer) -> Found:
        return is_found(scorer, self.cases)

    def _probe(self, vectors: Vectors) -> SequenceTrainer:
        known = (train_counts([lambda: self.histories], len(self.texts)) > 0) & ~self.hidden
        return SequenceTrainer(
            text=torch.from_numpy(vectors),
            warm=torch.from_numpy(known),
            settings=PROBE,
            seed=SEED,
            device=CPU,
            words=word_bags(self.texts, known),
        )

    def _epoch(self, epoch: int) -> Any:
        return epoch_batches(
            [lambda: self.histories],
            self.hidden,
            max_events=PROBE.max_events,
            tokens=PROBE.tokens_per_batch,
            seed=epoch,
        )


def halves(found: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Those of every other user, by which is chosen, and the others."""
    return {"development": found[::2], "held_out": found[1::2]}


def _texts(catalogue: pa.Table) -> list[str]:
    texts: list[str] = catalogue[TEXT].to_pylist()
    return texts
