"""Stated claims: rules on what a sentence says that the reader searched for, wrote or struck.

The words of such a clause are those of the language's pack and of the reader, sign by sign (`Reading`); what
is left to see is whose doing it is, and what else it is said of.
"""

from __future__ import annotations

from collections.abc import Iterator

from palate.explain.checks.reading import Reading, Span
from palate.explain.english.lexicon import ARTICLES, ENGLISH

_NEAR = 3


def misplaced_statements(reading: Reading) -> Iterator[str]:
    """Clauses of somebody else than the reader, of what may be, or of a title as well."""
    for span in reading.stated:
        said = reading.text[reading.tokens[span.first].start : reading.tokens[span.end - 1].end]
        if not _is_of_reader(reading, span):
            yield f"says {said!r} of somebody else than the reader"
        if _is_of_title(reading, span.end):
            yield f"says {said!r} of a title as well"


def _is_of_reader(reading: Reading, span: Span) -> bool:
    """Whether the last subject before a clause is the reader, and nothing but joints stand before it."""
    before = [reading.word(position) for position in reading.outside if position < span.first]
    subject = next((word for word in reversed(before) if word in ENGLISH.readers | ENGLISH.others), "")
    near = {reading.word(span.first - step) for step in range(1, _NEAR + 1)}
    joint = ENGLISH.readers | ENGLISH.adverbs | ENGLISH.auxiliaries | ENGLISH.joins
    is_joined = reading.word(span.first - 1) in joint or "," in reading.gap(span.first)
    return subject in ENGLISH.readers and is_joined and not near & (ENGLISH.modals - ENGLISH.auxiliaries)


def _is_of_title(reading: Reading, end: int) -> bool:
    """Whether a title is joined to what was said: "searched for “space” and Alien"."""
    position = end
    while reading.word(position) in ENGLISH.joins | ARTICLES | ENGLISH.both:
        position += 1
    is_apart = "," in reading.gap(end) and position == end
    return any(span.first == position for span in reading.titles) and not is_apart and not _ends(reading, end)


def _ends(reading: Reading, end: int) -> bool:
    """Whether a clause ends the part of the sentence that it stands in."""
    return bool(set(":;") & set(reading.gap(end)))
