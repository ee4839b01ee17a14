"""Sanitising: text of strangers on one line, without what is invisible or could be taken for a delimiter."""

from __future__ import annotations

import unicodedata

INVISIBLE = frozenset({"Cf", "Co", "Cs", "Cn"})
"""Joiners, marks of direction and tags; private, lone surrogate and unassigned signs."""
_SPACES = frozenset({"Cc", "Zl", "Zp", "Zs"})
"""Control characters, and all that separates words or lines."""

LOOK_ALIKES: dict[str, str] = {
    "<": "\u2039", ">": "\u203a", "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "`": "'",
    '"': "'", "\\": "/",
}  # fmt: skip
"""Signs that delimit something, in prompts, markup or formats of language models, and what replaces them."""

_LOOK_ALIKES = {ord(sign): other for sign, other in LOOK_ALIKES.items()}

OPENING_QUOTE, CLOSING_QUOTE = "\u2018", "\u2019"
QUOTES = frozenset("\"'\u2018\u2019\u201c\u201d\u201e\u2039\u203a\u00ab\u00bb")
CLOSERS = "\"')\u2019\u201d"
"""What may stand behind the end of a sentence."""


def one_line(text: str) -> str:
    """The text with single blanks for white space and control characters, and without invisible signs."""
    visible = (sign for sign in text if unicodedata.category(sign) not in INVISIBLE)
    return " ".join(
        "".join(" " if unicodedata.category(sign) in _SPACES else sign for sign in visible).split()
    )


def shown_plainly(text: str) -> str:
    """The text on one line without the usual delimiters, but with the punctuation of its own script."""
    return one_line(text).translate(_LOOK_ALIKES)


def undelimited(text: str) -> str:
    """The text on one line without any sign that delimits.

    Compatibility forms, such as full-width brackets, become ordinary signs first, so that they are caught.
    """
    return one_line(unicodedata.normalize("NFKC", one_line(text))).translate(_LOOK_ALIKES)
