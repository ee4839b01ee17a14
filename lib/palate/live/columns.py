"""Columns of live items: the names that a release's catalogue has, and values as texts, as in training."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from palate.data.catalogue import one_line
from palate.data.raw.values import scalar_text
from palate.data.text import Template
from palate.errors import PalateError
from palate.schema import ITEM, TITLE


class Columns:
    """The columns of a release's catalogue, and what becomes of an item that is told in them."""

    def __init__(self, names: Sequence[str], template: Template) -> None:
        """Take all columns but the id and the text, and the template that texts are made by."""
        self.names = tuple(names)
        self._template = template

    def check(self, names: Sequence[str]) -> None:
        """`PalateError` with the nearest right name unless the catalogue has all these columns."""
        for name in names:
            if name not in self.names:
                near = difflib.get_close_matches(name, self.names, n=1, cutoff=0.5)
                hint = f"; did you mean {near[0]!r}?" if near else "."
                known = ", ".join(self.names)
                raise PalateError(f"The catalogue has no column {name!r}{hint} Its columns are {known}")

    def row(self, item: str, released: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
        """Every column of an item: what was said of it, else what the release has, else nothing."""
        row = {name: said.get(name, released.get(name, "")) for name in self.names}
        return row | {TITLE: row[TITLE] or item}

    def text(self, item: str, row: Mapping[str, str]) -> str:
        """What the encoder reads of an item, as in training."""
        return self._template.fill({**row, ITEM: item}) or row[TITLE]


def said_fields(fields: Mapping[str, object]) -> dict[str, str]:
    """Values as the catalogue has them: texts on one line, numbers as short as they are, null as nothing."""
    return {name: one_line(scalar_text(value) or "") for name, value in fields.items()}
