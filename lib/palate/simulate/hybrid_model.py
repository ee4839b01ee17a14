"""Hybrid of the simulation: sequence model and moving average of texts, weighed as a retrain weighs them."""

from __future__ import annotations

from palate.data.counts import train_counts
from palate.retrieve.base import Scorer
from palate.retrieve.fusion import chosen_partners, gathered, worth_by_popularity
from palate.retrieve.hybrid import SEQUENCE, Hybrid
from palate.sequence import MovingAverage
from palate.simulate.log import PickLog
from palate.simulate.sequence_model import train_sequence_model
from palate.simulate.settings import StudySettings
from palate.simulate.world import Floats

TEXTS = "moving average"


def train_hybrid(log: PickLog, texts: Floats, study: StudySettings, seed: int) -> Hybrid:
    """Both models of everything in the log; `texts` are unit vectors, float32 [items, width].

    Each person's latest pick is held out for the weights, from a sequence model that has not seen it.
    """
    average, earlier = MovingAverage(texts, study.average_rate), log.training(held_out=1)
    judged: dict[str, Scorer] = {SEQUENCE: train_sequence_model(earlier, texts, study, seed), TEXTS: average}
    pool, counts = gathered(judged, earlier, len(texts)), train_counts([lambda: earlier], len(texts))
    worth = worth_by_popularity(pool, counts, study.popularity_power)
    weights, _ = chosen_partners(pool, [*judged], worth)
    whole = train_sequence_model(log.training(), texts, study, seed)
    return Hybrid({SEQUENCE: whole, TEXTS: average}, weights)
