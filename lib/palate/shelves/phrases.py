"""Shelf phrases: titles of shelves; a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from palate.config.section import Section
from palate.errors import PalateError

TitleKind = Literal["category_after", "category_era", "category_limit", "after", "category"]

_PACKS = files("palate.shelves") / "packs"


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
    path = _PACKS / f"{language}.yaml"
    if not path.is_file():
        raise PalateError(f"There are no titles in {language!r}; there are {', '.join(shelf_languages())}")
    return ShelfPhrases.model_validate(yaml.safe_load(path.read_text("utf-8")))


def shelf_languages() -> list[str]:
    """The languages that shelves have titles in."""
    return sorted(path.name.removesuffix(".yaml") for path in _PACKS.iterdir() if path.name.endswith(".yaml"))
