"""Small sequence model: Palate's own user model, trained on a pick log within seconds."""

from __future__ import annotations

import numpy as np
import torch

from palate.config import SequenceConfig
from palate.data.counts import train_counts
from palate.data.histories import Histories
from palate.sequence import Transformer, all_item_vectors, epoch_batches
from palate.sequence.training.trainer import SequenceTrainer
from palate.simulate.settings import StudySettings
from palate.simulate.world import Floats


def train_sequence_model(histories: Histories, texts: Floats, study: StudySettings, seed: int) -> Transformer:
    """The model of the training events; `texts` are unit vectors, float32 [items, width].

    An item without picks has the vector of its text alone.
    """
    counts = train_counts([lambda: histories], len(texts))
    epochs = max(1, round(study.training_events / counts.sum()))
    settings = SequenceConfig(width=study.width, layers=1, epochs=epochs, use_words=False, max_events=100)
    trainer = SequenceTrainer(
        text=torch.from_numpy(texts),
        warm=torch.from_numpy(counts > 0),
        settings=settings,
        seed=seed,
        device=torch.device("cpu"),
    )
    for epoch in range(settings.epochs):
        for batch in epoch_batches(
            [lambda: histories],
            np.zeros(len(texts), bool),
            max_events=settings.max_events,
            tokens=settings.tokens_per_batch,
            seed=seed * 1_000_003 + epoch,
        ):
            trainer.step(batch)
    model = trainer.averaged
    return Transformer(model.users, all_item_vectors(model), settings.max_events)
