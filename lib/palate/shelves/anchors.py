"""Anchors: the items of a person's history that shelves may be like, and how many items fill a shelf."""

from __future__ import annotations

from palate.data.histories import History

RANKED, SIMILAR, ANCHORS = 300, 100, 3
"""Items that shelves are filled from; items that count as like an anchor; anchors."""


def latest_items(history: History) -> list[int]:
    """The items that may be anchors: the latest first, each once; catalogue indices."""
    return list(dict.fromkeys(reversed(history.items.tolist())))[:ANCHORS]
