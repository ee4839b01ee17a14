"""Stated phrases: how a language says what somebody searched for, wrote or struck, by its pack."""

from __future__ import annotations

from palate.explain.text.sanitising import QUOTES, one_line, undelimited
from palate.explain.text.sentence_pack import StatedPatterns, sentence_pack
from palate.stated.parts import Stated

LONGEST_EXCERPT = 60
"""Signs of somebody's words that a sentence quotes."""
_ENDS = ".!?\u3002\uff01\uff1f,;: "
_OPENING, _CLOSING = "\u201c", "\u201d"
_UNQUOTED = {ord(mark): "'" for mark in QUOTES}


def stated_phrases(stated: Stated, language: str) -> list[str]:
    """`searched for “slow-burning space horror”` in each way of a language, the template's first."""
    return [said.format(text=_quotation(stated.text, language)) for said in stated_row(stated, language).said]


def stated_row(stated: Stated, language: str) -> StatedPatterns:
    """What is said of such a thing; of a kind that nobody listed that it was written."""
    rows = sentence_pack(language).stated
    return next((row for row in rows if stated.kind in row.kinds), rows[0])


def excerpt(text: str) -> str:
    """Somebody's words on one line, cut between words where they are long, without the sign at their end."""
    line = one_line(text)
    if len(line) > LONGEST_EXCERPT:
        cut = line[:LONGEST_EXCERPT]
        line = f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"
    return line.rstrip(_ENDS)


def _quotation(text: str, language: str) -> str:
    patterns = sentence_pack(language).patterns
    if patterns is not None:
        return patterns.quoted(excerpt(text))
    return f"{_OPENING}{undelimited(excerpt(text)).translate(_UNQUOTED)}{_CLOSING}"
