"""Tokens: words of a text, so that a title is the same whatever its case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from palate.explain.text.sanitising import INVISIBLE

Phrase = tuple[str, ...]
"""Folded words in a row."""

_WORD = re.compile(r"[^\W_]+")
_DROPPED = INVISIBLE | {"Mn"}
"""What is not seen at all, and accents."""


class Token(NamedTuple):
    """A word of a plain text."""

    word: str
    """Without case."""
    start: int
    end: int


def plain(text: str) -> str:
    """The text in compatibility form without accents and invisible signs; control characters are spaces."""
    signs = unicodedata.normalize("NFKD", text)
    visible = (sign for sign in signs if unicodedata.category(sign) not in _DROPPED)
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in visible)


def tokens_of(text: str) -> list[Token]:
    """Words of a `plain` text; an apostrophe divides words as any other punctuation does."""
    return [Token(word[0].casefold(), word.start(), word.end()) for word in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 16)  # the same titles and names come again in every request of a run
def phrase_of(text: str) -> Phrase:
    """The folded words of any text; empty for a text without letters and digits."""
    return tuple(token.word for token in tokens_of(plain(text)))
