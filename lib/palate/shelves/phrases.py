"""Shelf phrases: titles of shelves; a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from palate.config.section import Section
from palate.words import LanguagePacks

TitleKind = Literal["category_after", "category_era", "category_limit", "after", "category"]

_PACKS = LanguagePacks("palate.shelves", "titles of shelves")


class ShelfPhrases(Section):
    """The titles of one language."""

    category_after: str
    category_era: str
    category_limit: str
    after: str
    category: str

    def title(self, kind: TitleKind, words: Mapping[str, Any]) -> str:
        """A title with its words filled in."""
        return str(getattr(self, kind)).format(**words)


@cache
def shelf_phrases(language: str) -> ShelfPhrases:
    """The titles of a language; `PalateError` with the languages that there are."""
    return ShelfPhrases.model_validate(_PACKS.tree(language))


def shelf_languages() -> list[str]:
    """The languages that shelves have titles in."""
    return _PACKS.languages()
