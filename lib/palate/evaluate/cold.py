"""Cold-start evaluation: some items are hidden from training, and then sought."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.held_out import ahead_of_targets
from palate.data.histories import Histories, History
from palate.retrieve.base import Scorer

RECALL_AT = 10
_CASES_AT_ONCE = 256


def cold_items(items: Sequence[str], share: float, seed: int) -> NDArray[np.bool_]:
    """Whether each item id is one of the hidden ones, bool [items].

    An item's place in the unit interval is a hash of its id and the seed, so a growing catalogue
    leaves the choice of the other items as it was.
    """
    digests = [hashlib.blake2b(f"{seed}:{item}".encode(), digest_size=8).digest() for item in items]
    return np.array([int.from_bytes(digest, "big") / 2**64 < share for digest in digests], np.bool_)


class ColdCase(NamedTuple):
    """A hidden item that somebody turned to, and what they had done before among the other items."""

    history: History
    target: int


def cold_cases(block: Histories, hidden: NDArray[np.bool_], events: int | None = None) -> Iterator[ColdCase]:
    """Each user's last event with a hidden item that follows at least one other event.

    `events` cuts the history to its latest so many.
    """
    for user in range(len(block)):
        history = block.whole(user)
        is_hidden = hidden[history.items]
        # Positions of the hidden items that come after some other one.
        sought = np.flatnonzero(is_hidden & (np.cumsum(~is_hidden) > 0))
        if len(sought):
            before = np.flatnonzero(~is_hidden[: sought[-1]])[-events if events else 0 :]
            yield ColdCase(history.only(before), int(history.items[sought[-1]]))


def cold_hits(scorer: Scorer, cases: Sequence[ColdCase], hidden: NDArray[np.bool_]) -> Counter[str]:
    """How many targets come among the first ten: of all unseen items, and of the hidden ones."""
    hits = Counter({"cases": len(cases)})
    for ahead in _ahead(scorer, cases):
        # The rank from 0 is the number of items ahead.
        hits["among all"] += int((ahead.sum(1) < RECALL_AT).sum())
        hits["among cold"] += int((ahead[:, hidden].sum(1) < RECALL_AT).sum())
    return hits


def is_found(scorer: Scorer, cases: Sequence[ColdCase]) -> NDArray[np.bool_]:
    """Whether each target comes among the first ten of all unseen items, bool [cases]."""
    found = [ahead.sum(1) < RECALL_AT for ahead in _ahead(scorer, cases)]
    return np.concatenate([np.zeros(0, np.bool_), *found])


def _ahead(scorer: Scorer, cases: Sequence[ColdCase]) -> Iterator[NDArray[np.bool_]]:
    """Which items stand before the target of each case, bool [cases of a batch, items]."""
    for start in range(0, len(cases), _CASES_AT_ONCE):
        batch = cases[start : start + _CASES_AT_ONCE]
        scores = scorer.scores([case.history for case in batch])
        targets = np.array([case.target for case in batch], np.int32)
        yield ahead_of_targets(scores, targets, [case.history for case in batch])


def cold_summary(hits: Counter[str], n_items: int, n_cold: int) -> dict[str, float]:
    """Recall@10, and its ratio to a random order, among all items and among the hidden ones alone."""
    cases = max(1, hits["cases"])
    among_all, among_cold = hits["among all"] / cases, hits["among cold"] / cases
    random_all, random_cold = min(1.0, RECALL_AT / n_items), min(1.0, RECALL_AT / max(1, n_cold))
    return {
        "cases": hits["cases"],
        "recall@10": among_all,
        "random_recall@10": random_all,
        "ratio": among_all / random_all,
        "recall@10_among_cold": among_cold,
        "random_recall@10_among_cold": random_cold,
        "ratio_among_cold": among_cold / random_cold,
    }
