"""Language packs: what a room says or reads in each language, a YAML file a language beside its code."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from palate.errors import PalateError

_SUFFIX = ".yaml"


class LanguagePacks:
    """The folder `packs` of a package."""

    def __init__(self, package: str, what: str) -> None:
        """Take the package's name, and what its files hold, for the message where one is missing."""
        self._folder, self._what = files(package) / "packs", what

    def languages(self) -> list[str]:
        """The languages that there are, by their codes of ISO 639-1, in their order."""
        names = (path.name for path in self._folder.iterdir() if path.name.endswith(_SUFFIX))
        return sorted(name.removesuffix(_SUFFIX) for name in names)

    def tree(self, language: str) -> dict[str, Any]:
        """The file of a language, every scalar of which is a text; `PalateError` with those there are."""
        path = self._folder / f"{language}{_SUFFIX}"
        if not path.is_file():
            there = ", ".join(self.languages())
            raise PalateError(f"There are no {self._what} for {language!r}; there are {there}")
        # Words such as "no", "on" and "null" mean something else to YAML, but to a loader of texts alone.
        found: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        return found
