"""Columns of live items: the names that a release's catalogue has, and values as texts, as in training."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence

from palate.data.catalogue import one_line
from palate.data.raw.values import scalar_text
from palate.data.text import parse_template, template_fields
from palate.errors import PalateError
from palate.schema import ITEM, TEXT, TITLE


class Columns:
    """The columns of a release's catalogue, and what becomes of an item that is told in them."""

    def __init__(self, catalogue: Sequence[str], template: str) -> None:
        """Take the names of the catalogue's columns, and the template that its texts were made by."""
        # A column `text` of the raw table is no more than a part of the text that was made of it.
        self.has_raw_text = TEXT in template_fields(template)
        hidden = (ITEM,) if self.has_raw_text else (ITEM, TEXT)
        self.names = tuple(name for name in catalogue if name not in hidden)
        self._template = parse_template(template, [ITEM, *self.names])

    def check(self, item: str, said: Mapping[str, str], max_bytes: int) -> None:
        """`PalateError` with the nearest right name for a column that is not there, or for too much."""
        unknown = next((name for name in said if name not in self.names), None)
        if unknown is not None:
            near = difflib.get_close_matches(unknown, self.names, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            known = ", ".join(self.names)
            raise PalateError(f"The catalogue has no column {unknown!r}{hint} Its columns are {known}")
        size = len(json.dumps(dict(said), ensure_ascii=False).encode())
        if size > max_bytes:
            raise PalateError(
                f"What is said of {item!r} has {size:,} bytes, and an item may have {max_bytes:,} "
                "(items.max_item_bytes); shorten its texts"
            )

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
