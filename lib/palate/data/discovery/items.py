"""Item roles: which column of a catalogue is the title, which say what kind, when, and more in words."""

from __future__ import annotations

from collections.abc import Sequence

from palate.data.discovery.column import Column
from palate.data.discovery.guess import Guess, Guesses
from palate.schema import TITLE

TITLE_WORDS = ("title", "name", "headline", "label")
CATEGORY_WORDS = (
    "category",
    "categories",
    "genre",
    "genres",
    "kind",
    "type",
    "class",
    "tags",
    "department",
    "topic",
)
DATE_WORDS = ("year", "date", "published", "released", "release")
CATEGORY, SEPARATOR, DATE, TEMPLATE = "category", "category_separator", "date", "text_template"
_SEPARATORS = ("|", ";", ",", "/")
_YEARS = (1000, 2100)
_LONG_TEXT, _SHOWN = 40, 300
"""Characters of a text that tells more than a name, and how many of them the encoder gets."""
_MOST_TEXTS = 2


def guess_items(columns: Sequence[Column], item: str) -> Guesses:
    """The title, the columns that filters and explanations may use, and what the encoder may read."""
    others = [column for column in columns if column.name != item and column.filled]
    texts = [column for column in others if not column.is_numeric]
    found = _title(texts, item)
    texts = [column for column in texts if column.name != found[TITLE].value]
    found |= _category(texts)
    found |= _date(others)
    return found | _template(texts, found)


def _title(texts: Sequence[Column], item: str) -> Guesses:
    """What is called so, or else the short text with most different values."""
    called = [column for column in texts if column.is_called(TITLE_WORDS)]
    short = [column for column in texts if column.median_length <= 200]
    if not called + short:
        return {TITLE: Guess(item, "no column has text: items go by their ids")}
    column = max(called or short, key=lambda column: len(column.distinct))
    return {TITLE: Guess(column.name, f"such as {_first(column)!r}")}


def _category(texts: Sequence[Column]) -> Guesses:
    called = [column for column in texts if column.is_called(CATEGORY_WORDS)]
    if not called:
        return {}
    column = min(called, key=lambda column: len(column.distinct))
    found = {CATEGORY: Guess(column.name, f"such as {_first(column)!r}")}
    separator = _separator(column)
    return found | ({SEPARATOR: separator} if separator else {})


def _separator(column: Column) -> Guess | None:
    """What stands between the categories of an item, if several do and it is not the default."""
    values = column.distinct
    counts = {sign: sum(sign in value for value in values) for sign in _SEPARATORS}
    sign = max(counts, key=lambda sign: counts[sign])
    if not counts[sign] or sign == _SEPARATORS[0]:
        return None
    return Guess(sign, f"{counts[sign]} of {len(values)} different values have it")


def _date(columns: Sequence[Column]) -> Guesses:
    for column in columns:
        if column.is_called(DATE_WORDS) and (not column.is_numeric or _are_years(column)):
            return {DATE: Guess(column.name, f"such as {_first(column)!r}")}
    return {}


def _are_years(column: Column) -> bool:
    low, high = _YEARS
    return bool(((column.numbers >= low) & (column.numbers <= high)).all())


def _template(texts: Sequence[Column], found: Guesses) -> Guesses:
    used = {guess.value for guess in found.values()}
    long = [
        column
        for column in texts
        if column.median_length >= _LONG_TEXT and column.name not in used and _is_a_field(column.name)
    ]
    long = sorted(long, key=lambda column: -column.median_length)[:_MOST_TEXTS]
    parts = ["{title}"]
    if CATEGORY in found and _is_a_field(found[CATEGORY].value):
        parts.append(f"{{{found[CATEGORY].value}}}")
    parts += [f"{{{column.name}:.{_SHOWN}}}" for column in long]
    return {TEMPLATE: Guess(". ".join(parts), "what says most; any column may stand in it")}


def _is_a_field(name: str) -> bool:
    """Whether a template can name the column: Python's formats read some signs as their own."""
    return not set(name) & set("{}[].:!")


def _first(column: Column) -> str:
    return str(column.texts.drop_null()[0].as_py())[:60]
