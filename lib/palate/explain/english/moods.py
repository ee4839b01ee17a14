"""Moods: adjectives that say what a category means, and so may be said of an item of that category alone."""

from __future__ import annotations

from collections.abc import Iterable

MOODS: dict[str, tuple[str, ...]] = {
    "action": ("explosive", "rousing"),
    "adventure": ("daring",),
    "animation": ("colourful",),
    "comedy": ("funny",),
    "documentary": ("factual",),
    "drama": ("emotional",),
    "fantasy": ("magical",),
    "film noir": ("shadowy", "brooding"),
    "horror": ("chilling", "frightening", "scary"),
    "musical": ("tuneful",),
    "mystery": ("puzzling",),
    "romance": ("tender", "heartfelt"),
    "thriller": ("tense", "suspenseful"),
    "western": ("rugged",),
}
"""By the category in natural spelling. Only what holds for nearly everything in it: a war film need not be
harrowing, nor science fiction futuristic."""

NOTHING_NEW = frozenset({"funny", "scary"})
"""Moods that are true but say no more than the category does: "a funny comedy"."""


def moods_of(categories: Iterable[str]) -> tuple[str, ...]:
    """What is worth saying of an item with these categories."""
    moods = (mood for name in categories for mood in MOODS.get(name, ()))
    return tuple(mood for mood in moods if mood not in NOTHING_NEW)


def categories_of(mood: str) -> frozenset[str]:
    """The categories of which an item must have one for a mood to be said of it; none for another word."""
    return frozenset(name for name, moods in MOODS.items() if mood in moods)
