"""First configuration: guesses about two tables as commented YAML that the configuration reads."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import yaml

from palate.config import TableConfig
from palate.config.data import IdForm
from palate.data.discovery.column import sampled_columns
from palate.data.discovery.dialect import guess_dialect
from palate.data.discovery.events import guess_events, guess_pair
from palate.data.discovery.guess import Guess, Guesses
from palate.data.discovery.items import CATEGORY, DATE, SEPARATOR, TEMPLATE, guess_items
from palate.errors import printable
from palate.schema import ITEM, KIND, TIME, TITLE, USER, VALUE

_EVENT_ROWS, _CATALOGUE_ROWS = 20_000, 200_000
_COLUMNS = (USER, ITEM, TIME, KIND, VALUE, TITLE)
_PLAIN = re.compile(r"[A-Za-z][\w./-]*")
_MISSING = {USER: "who did it", TIME: "when it was"}


def first_configuration(events: str, catalogue: str) -> str:
    """YAML for the two tables at these paths, with a comment for every guess.

    Raises `PalateError` for files that cannot be read, or have no ids in common.
    """
    of_events, of_items = guess_dialect(events, "EVENTS"), guess_dialect(catalogue, "CATALOGUE")
    logged = sampled_columns(_table(events, of_events), _EVENT_ROWS)
    described = sampled_columns(_table(catalogue, of_items), _CATALOGUE_ROWS)
    pair = guess_pair(logged, described)
    items = guess_items(described, pair.item.name)
    ids = _ids(pair.form)
    identity = {ITEM: Guess(pair.item.name, "each value stands once"), TITLE: items[TITLE]}
    name = PurePosixPath(events).name.split(".")[0] or "data"
    lines = [
        f"run: {_scalar(f'runs/{name}')}",
        "release:",
        f"  uri: {_scalar(f'runs/{name}/releases')}",
        "data:",
        f"  name: {_scalar(name)}",
        *_table_lines("events", events, of_events | ids, guess_events(logged, pair)),
        *_table_lines("catalogue", catalogue, of_items | ids, identity),
        _line("  ", TEMPLATE, items[TEMPLATE]),
        *_rerank_lines(items),
    ]
    return "\n".join(lines) + "\n"


def _table(path: str, dialect: Guesses) -> TableConfig:
    return TableConfig.model_validate({"path": path} | {name: guess.value for name, guess in dialect.items()})


def _ids(form: IdForm) -> Guesses:
    return {} if form == "text" else {"ids": Guess(form, "the tables write their ids differently")}


def _table_lines(name: str, path: str, settings: Guesses, columns: Guesses) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    path: {_scalar(path)}"
    settings = settings | {key: guess for key, guess in columns.items() if key not in _COLUMNS}
    yield from (_line("    ", key, guess) for key, guess in settings.items())
    yield "    columns:"
    yield from (_line("      ", key, columns[key]) for key in _COLUMNS if key in columns)
    for key, what in _MISSING.items():
        if name == "events" and key not in columns:
            yield f"      # {key}: no column looks like it; name the one that says {what}"


def _rerank_lines(items: Guesses) -> Iterator[str]:
    told = {key: items[key] for key in (CATEGORY, SEPARATOR, DATE) if key in items}
    if told:
        yield "rerank:"
        yield "  columns:  # what filters and explanations may speak of"
        yield from (_line("    ", key, guess) for key, guess in told.items())


def _line(indent: str, key: str, guess: Guess) -> str:
    reason = printable(" ".join(guess.reason.split()))
    return f"{indent}{key}: {_scalar(guess.value)}  # {reason}"


def _scalar(text: str) -> str:
    """The text as YAML, in quotes unless it is a plain word that YAML takes for text."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf)).strip()
