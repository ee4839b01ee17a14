"""Column checks: every setting that names a column of the catalogue names one that is there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from palate.config import Config
from palate.data.sources import catalogue_columns
from palate.data.text import parse_template
from palate.errors import PalateError
from palate.schema import TEXT


def require_columns(config: Config) -> None:
    """Raise `PalateError` if a table or a column is missing that any stage would read; reads no row."""
    columns = catalogue_columns(config.data)
    parse_template(config.data.text_template, columns)
    for paraphrase in config.encoder.paraphrases:
        parse_template(paraphrase, columns, "encoder.paraphrases")
    for setting, column in _named(config):
        _require(setting, column, (*columns, TEXT))


def _named(config: Config) -> list[tuple[str, str]]:
    """Settings that name a column, each with the column."""
    named = config.rerank.columns
    columns = {"category": named.category, "available": named.available, "date": named.date}
    told = [(f"rerank.columns.{name}", column) for name, column in columns.items() if column is not None]
    said = {"facts": config.explain.facts, "texts": config.explain.texts}
    return [*told, *((f"explain.{name}", column) for name in said for column in said[name])]


def _require(setting: str, column: str, columns: Sequence[str]) -> None:
    if column in columns:
        return
    nearest = difflib.get_close_matches(column, columns, n=1, cutoff=0.0)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ";"
    raise PalateError(
        f"{setting} is {column!r}, and the catalogue has no such column{hint} It has: {', '.join(columns)}"
    )
