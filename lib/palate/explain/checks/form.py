"""Form: rules on how a sentence is written; one line, English, nothing twice, nothing of the prompt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from palate.explain.checks.reading import Reading
from palate.explain.english.lexicon import FUNCTION_WORDS
from palate.explain.text.sanitising import CLOSERS, LOOK_ALIKES, one_line
from palate.explain.text.tokens import Phrase, phrase_of

MIN_WORDS = 4
"""A title counts as one word."""
MIN_FUNCTION_WORDS = 2
REPEATED = 3
"""Words in a row that a sentence must not say twice."""
ECHOED = 5
"""Words in a row that a sentence must not have from the instructions."""

_MARKUP = frozenset(LOOK_ALIKES) - {'"', "/"}
_MARKUP_OUTSIDE_TITLES = frozenset("*#_~=@^/")


def bad_length(reading: Reading, most: int) -> Iterator[str]:
    """Too few words or too many."""
    count = len(_units(reading))
    if not MIN_WORDS <= count <= most:
        yield f"has {count} words, not {MIN_WORDS} to {most}"


def no_sentence(reading: Reading) -> Iterator[str]:
    """Several lines or sentences, none that ends, or signs that cannot be seen."""
    if one_line(reading.sentence) != reading.sentence:
        yield "has control characters, invisible signs or needless blanks"
    if reading.sentence.rstrip(CLOSERS)[-1:] not in {".", "!", "?"}:
        yield "does not end as a sentence does"
    inside = {word for span in reading.spans for word in range(span.first + 1, span.end)}
    others = set(range(1, len(reading.tokens))) - inside
    if any(reading.opens_sentence(word) and reading.is_capital(word) for word in others):
        yield "is more than one sentence"


def markup(reading: Reading) -> Iterator[str]:
    """Tags, delimiters, addresses and formatting."""
    signs = _MARKUP.intersection(reading.sentence) | _MARKUP_OUTSIDE_TITLES.intersection(_rest(reading))
    if signs:
        yield f"holds markup: {' '.join(sorted(signs))}"


def foreign_language(reading: Reading) -> Iterator[str]:
    """Letters of other scripts, or hardly a word that holds English sentences together."""
    letters = {sign for sign in _rest(reading) if sign.isalpha()}
    foreign = [sign for sign in sorted(letters) if not unicodedata.name(sign, "").startswith("LATIN")]
    if foreign:
        yield f"has letters of another script: {' '.join(foreign[:5])}"
    if len(FUNCTION_WORDS.intersection(reading.unnamed_words)) < MIN_FUNCTION_WORDS:
        yield "does not read as English"


def repetition(reading: Reading) -> Iterator[str]:
    """The same word twice in a row, or the same three words twice."""
    units = _units(reading)
    runs = _runs(units, REPEATED)
    if len(set(runs)) < len(runs):
        yield "repeats itself"
    elif any(unit == following for unit, following in pairwise(units)):
        yield "says a word twice in a row"


def echo(reading: Reading, prompt: str) -> Iterator[str]:
    """Words in a row that stand in the prompt; titles are not compared."""
    echoed = set(_runs(_units(reading), ECHOED)) & set(_runs(phrase_of(prompt), ECHOED))
    if echoed:
        yield f"repeats the prompt: {' '.join(min(echoed))!r}"


def _units(reading: Reading) -> list[str]:
    """The words, of which a title is one, and what the reader said."""
    units = {position: reading.word(position) for position in range(len(reading.tokens))}
    for span in (*reading.titles, *reading.stated):
        units |= dict.fromkeys(range(span.first, span.end), "")
        units[span.first] = " ".join((span.kind, *span.phrase))
    return [unit for unit in units.values() if unit]


def _runs(words: Sequence[str], length: int) -> list[Phrase]:
    return [tuple(words[start : start + length]) for start in range(len(words) - length + 1)]


def _rest(reading: Reading) -> str:
    """The text without what is named, as far as the quotation marks or the next blanks."""
    text = reading.text
    for span in reading.spans:
        start, end = reading.tokens[span.first].start, reading.tokens[span.end - 1].end
        if reading.is_quoted(span.first, span.end):
            start, end = start - len(reading.gap(span.first)), end + len(reading.gap(span.end))
        else:
            start = text.rfind(" ", 0, start) + 1
            end = text.find(" ", end) if " " in text[end:] else len(text)
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text
