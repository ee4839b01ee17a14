"""Drift between the events of a release and those of a later run, and what a person reads of it."""

from __future__ import annotations

import numpy as np

from jobs.runtime.stage_inputs import HISTORIES, catalogue, history_shards, text_vectors
from jobs.training.warm_start import known_as
from palate.config import Config
from palate.data.counts import train_counts
from palate.data.histories import Histories
from palate.evaluate.drift import Drift, drift_between
from palate.recommender.artefacts import Artefacts
from palate.release import Release


def drift_since(config: Config, release: Release) -> Drift | None:
    """How far the events since the release have moved; None where there are none."""
    earlier = Artefacts.of(release)
    table = catalogue(config)
    index = known_as(table, earlier.catalogue)
    learned = _counts(earlier, len(earlier.catalogue))
    before = np.where(index >= 0, learned[np.maximum(index, 0)], 0)
    now = train_counts(history_shards(config, "test"), len(table))
    return drift_between(before, np.maximum(now - before, 0), text_vectors(config))


def told(drift: Drift, limit: float) -> str:
    """What a person reads of the drift, and whether a retrain is due."""
    due = drift.excess > limit
    return (
        f"{drift.events:,} events since the release, {drift.new_items:.0%} of new items; popularity moved by "
        f"{drift.popularity:.3f} bits ({drift.popularity_by_chance:.3f} by chance), interests by "
        f"{drift.interests:.3f} ({drift.interests_by_chance:.3f}): "
        + ("a retrain is due (palate retrain)" if due else "an update is enough")
    )


def _counts(artefacts: Artefacts, items: int) -> np.ndarray:
    """Events of each item that the release holds, int64 [items]."""
    table = artefacts.folders.catalogue.read_table(HISTORIES)
    return train_counts([lambda: Histories.from_table(table).learned_until("test")], items)
