"""Words of synthetic items: a category's nouns and a style's adjectives make a cluster's language."""

from __future__ import annotations

CATEGORIES = {
    "Kitchen": ("kettle", "saucepan", "teapot", "colander", "ladle", "toaster"),
    "Garden": ("trowel", "hose", "planter", "rake", "lantern", "trellis"),
    "Office": ("notebook", "stapler", "folder", "pen", "desk tray", "calendar"),
    "Clothing": ("jacket", "scarf", "jumper", "shirt", "coat", "gloves"),
    "Sport": ("racket", "yoga mat", "helmet", "dumbbell", "skipping rope", "football"),
    "Tools": ("hammer", "spanner", "drill", "saw", "pliers", "chisel"),
    "Lighting": ("lamp", "torch", "chandelier", "spotlight", "candle", "light strip"),
    "Bedding": ("pillow", "duvet", "blanket", "mattress", "quilt", "bed sheet"),
    "Toys": ("puzzle", "kite", "building set", "doll", "train set", "spinning top"),
    "Music": ("guitar", "drum", "flute", "keyboard", "violin", "metronome"),
    "Travel": ("suitcase", "rucksack", "neck cushion", "wallet", "tent", "water bottle"),
    "Bath": ("towel", "soap dish", "bath mat", "mirror", "sponge", "shower curtain"),
}
"""A category's name to its nouns."""

STYLES = {
    "rustic": ("oak", "weathered", "handmade", "earthy"),
    "modern": ("sleek", "minimal", "matt", "angular"),
    "playful": ("bright", "striped", "cheerful", "rounded"),
    "luxury": ("gilded", "velvet", "engraved", "polished"),
    "sturdy": ("steel", "reinforced", "heavy", "weatherproof"),
    "light": ("foldable", "compact", "airy", "portable"),
}
"""A style's name to its adjectives."""

MAKERS = ("Aldon", "Brevik", "Corlay", "Dunmere", "Estrand", "Fallow", "Grantham", "Holver")
CLUSTERS = tuple((category, style) for style in STYLES for category in CATEGORIES)
"""Category and style of each cluster of taste that there can be."""
ITEMS_A_CLUSTER = 20
"""Fewest items on average, so that a small catalogue has few clusters."""


def cluster_count(items: int) -> int:
    """How many clusters of taste a catalogue of so many items has."""
    return max(2, min(len(CLUSTERS), items // ITEMS_A_CLUSTER))
