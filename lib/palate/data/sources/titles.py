"""Title normalisation: titles as people write them, from titles as catalogues sort them."""

from __future__ import annotations

import re

_ARTICLES = "The|A|An|La|Le|Les|L'|Il|Lo|Gli|I|El|Los|Las|Der|Die|Das|Det|Den|De|Het|O|Os|As"
_SORTED = re.compile(rf"^(?P<rest>.+), (?P<article>{_ARTICLES})(?P<alias> \(.*\))?$")
_INNER = re.compile(r"\((?P<inner>[^()]+)\)$")
_YEAR = re.compile(r"^(?P<title>.*\S)\s*\((?P<year>\d{4})\)$")


def natural_title(title: str) -> str:
    """`Matrix, The` as `The Matrix`, also inside a closing parenthesis; other titles as they are."""
    title = title.strip()
    inner = _INNER.search(title)
    if inner:
        title = f"{title[: inner.start()]}({_forward(inner['inner'])})"
    return _forward(title)


def split_year(title: str) -> tuple[str, str]:
    """`Heat (1995)` as `Heat` and `1995`; the year is empty where there is none."""
    parts = _YEAR.match(title.strip())
    return (parts["title"], parts["year"]) if parts else (title.strip(), "")


def _forward(title: str) -> str:
    parts = _SORTED.match(title)
    if not parts:
        return title
    article = parts["article"]
    space = "" if article.endswith("'") else " "
    return f"{article}{space}{parts['rest']}{parts['alias'] or ''}"
