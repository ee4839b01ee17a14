"""Cost of a run: a rough guess of its time and memory, from what runs took on two cores.

MovieLens-100K, MovieLens-1M and Amazon Beauty were within a factor of two of it, on a machine without other
work. Training that stops early takes less.
"""

from __future__ import annotations

from typing import NamedTuple

from palate.config import Config

_STARTS = 70.0
"""Seconds in which the processes of all stages start."""
_ROW = 1e-5
"""Seconds for a raw row."""
_PAIR = 0.02
"""Seconds in which the bundled encoder learns from a pair; a larger one takes as many times as long."""
_TEXT = 2e-3
"""Seconds in which it embeds a text."""
_EVENT = 6e-5
"""Seconds for an event in the layers of the sequence model."""
_SCORE = 6e-11
"""Seconds for each item that it is compared with, and each entry of their vectors."""
_INVERSE = 2e-11
"""Seconds of EASE for the cube of the items."""
_RANK = 1e-8
"""Seconds in which one method ranks an item for a user."""
_LEAST_BYTES, _EVENT_BYTES, _ITEM_BYTES = 4 * 2**30, 200, 10_000
_DENSE_COPIES = 3
"""Of the items' matrix in EASE."""


class Cost(NamedTuple):
    """A rough guess."""

    seconds: float
    """With two cores, if no training stops early."""
    bytes: float
    """Of all processes together, at most."""


def run_cost(config: Config, rows: int, users: int, items: int, events: int) -> Cost:
    """What a run on so much data may take."""
    ease = "ease" in config.baselines.methods and items <= config.baselines.ease_max_items
    sequence = _sequence(config, items, events) * (2 if config.release.refit else 1)
    ranks = _RANK * users * items * (len(config.baselines.methods) + 3)
    seconds = _STARTS + _ROW * rows + _encoder(config) + _TEXT * items + sequence + ranks
    memory = _LEAST_BYTES + _EVENT_BYTES * events + _ITEM_BYTES * items
    if ease:
        seconds, memory = seconds + _INVERSE * items**3, memory + 4 * _DENSE_COPIES * items**2
    return Cost(seconds, memory)


def _encoder(config: Config) -> float:
    settings = config.encoder
    return 0.0 if settings.method == "frozen" else _PAIR * settings.steps * settings.batch_size


def _sequence(config: Config, items: int, events: int) -> float:
    settings = config.sequence
    trained = settings.members + (1 if settings.distil else 0)
    scored = min(settings.negatives or items, items)
    return trained * settings.epochs * events * (_EVENT + _SCORE * scored * settings.width)
