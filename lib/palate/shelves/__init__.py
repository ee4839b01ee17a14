"""Shelves: rows for a home page, "Thriller, after Fargo", whose titles are true of every item in them."""

from palate.shelves.claims import After, Claim
from palate.shelves.phrases import shelf_languages, shelf_phrases
from palate.shelves.shelf import Shelf, ShelfPlan, shelves_of

__all__ = ["After", "Claim", "Shelf", "ShelfPlan", "shelf_languages", "shelf_phrases", "shelves_of"]
