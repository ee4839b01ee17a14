"""A hash of what one epoch of the sequence model learns: `python -m ... FILE` prints it."""

from __future__ import annotations

import hashlib
import sys

import numpy as np
import pyarrow.parquet as pq
import torch

from palate.config import SequenceConfig
from palate.data.histories import Histories
from palate.sequence import all_item_vectors, epoch_batches
from palate.sequence.network.feedback import learn_buckets
from palate.sequence.network.words import word_bags
from palate.sequence.training.trainer import SequenceTrainer

N_ITEMS = 12


def training_digest(path: str) -> str:
    """SHA-256 of the items' vectors after an epoch on the histories in a Parquet file."""
    histories = Histories.from_table(pq.read_table(path))
    hidden, known = np.zeros(N_ITEMS, np.bool_), np.ones(N_ITEMS, np.bool_)
    buckets = learn_buckets([lambda: histories])
    trainer = SequenceTrainer(
        torch.eye(N_ITEMS),
        torch.from_numpy(known),
        SequenceConfig(width=8, layers=1, max_events=8),
        seed=3,
        device=torch.device("cpu"),
        words=word_bags([f"kind {n % 3} name {n}" for n in range(N_ITEMS)], known),
        feedback_buckets=buckets,
    )
    for batch in epoch_batches([lambda: histories], hidden, 8, 16, 5, feedback_buckets=buckets):
        trainer.step(batch)
    return hashlib.sha256(all_item_vectors(trainer.averaged).tobytes()).hexdigest()


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(training_digest(sys.argv[1]))
