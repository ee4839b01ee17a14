"""Small sequence model: Palate's own user model, trained on a pick log within seconds."""

from __future__ import annotations

import numpy as np
import torch

from palate.config import SequenceConfig
from palate.sequence import Transformer, all_item_vectors, epoch_batches
from palate.sequence.training.trainer import SequenceTrainer
from palate.simulate.log import PickLog
from palate.simulate.settings import StudySettings
from palate.simulate.world import Floats


def train_sequence_model(log: PickLog, texts: Floats, study: StudySettings, seed: int) -> Transformer:
    """The model of everything in the log; `texts` are unit vectors, float32 [items, width].

    An item without picks has the vector of its text alone.
    """
    histories, hidden = log.training(), np.zeros(len(texts), bool)
    epochs = max(1, round(study.training_events / len(histories.items)))
    settings = SequenceConfig(width=study.width, layers=1, epochs=epochs, use_words=False, max_events=100)
    trainer = SequenceTrainer(
        text=torch.from_numpy(texts),
        warm=torch.from_numpy(log.counts(len(texts)) > 0),
        settings=settings,
        seed=seed,
        device=torch.device("cpu"),
    )
    for epoch in range(settings.epochs):
        for batch in epoch_batches(
            [lambda: histories],
            hidden,
            max_events=settings.max_events,
            tokens=settings.tokens_per_batch,
            seed=seed * 1_000_003 + epoch,
        ):
            trainer.step(batch)
    model = trainer.averaged
    return Transformer(model.users, all_item_vectors(model), settings.max_events)
