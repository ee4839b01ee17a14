"""Unread words: what no rule can read is refused, and so is every promise of an effect, safety or health."""

from __future__ import annotations

from collections.abc import Iterator, Set

from palate.explain.checks.opinions import reading_verbs
from palate.explain.checks.reading import is_same_stem
from palate.explain.checks.subjects import ClaimReading, is_year
from palate.explain.english.lexicon import DECADES, ENGLISH, FUNCTION_WORDS, NUMBERS
from palate.explain.text.sentence_pack import promised

_READABLE = frozenset().union(
    ENGLISH.frame,
    ENGLISH.readers,
    ENGLISH.modals,
    ENGLISH.auxiliaries,
    ENGLISH.beside_verbs,
    ENGLISH.mentions,
    ENGLISH.linking,
    ENGLISH.another,
    ENGLISH.both,
    ENGLISH.same,
    ENGLISH.popular,
    ENGLISH.negations,
    ENGLISH.present,
    ENGLISH.resets,
    NUMBERS,
    DECADES,
    {"year", "category", "categories"},
)
"""Words that claim nothing, or that another rule looks at."""


def unread_words(reading: ClaimReading, further: Set[str]) -> Iterator[str]:
    """Words that neither name anything nor stand in the language's list; `further` are read by the caller."""
    columns = reading.support.columns | {f"{word}s" for word in reading.support.columns}
    readable = _READABLE | reading.nouns | columns | further
    verbs = {position for verb in reading_verbs(reading) for position in range(verb.position, verb.stop)}
    verbs |= {position + 1 for position in verbs if reading.word(position + 1) == "to"}
    leads = _lead_positions(reading)
    for position in reading.outside:
        word = reading.word(position)
        if position == 0 and word in ENGLISH.opening:
            continue
        if word in readable or position in verbs | leads or _is_number(word) or _is_of_crowd(word, reading):
            continue
        token = reading.tokens[position]
        said = reading.text[token.start : token.end]
        if position and reading.is_capital(position) and word not in FUNCTION_WORDS:
            yield f"names {said!r}, which the evidence does not hold"
        else:
            yield f"says {said!r}, which cannot be read as anything that the evidence holds"


def promises(reading: ClaimReading) -> Iterator[str]:
    """Effects, safety and health; neither titles nor the reader's own words promise anything."""
    named = (*reading.titles, *reading.stated)
    inside = {position for span in named for position in range(span.first, span.end)}
    said = tuple("|" if at in inside else token.word for at, token in enumerate(reading.tokens))
    idioms = [span for span in reading.parts if span.kind == "idiom"]
    for span in idioms:
        said = (*said[: span.first], *["|"] * (span.end - span.first), *said[span.end :])
    found = promised(said)
    if found:
        yield f"promises something ({found!r}), which nothing can support"


def _lead_positions(reading: ClaimReading) -> set[int]:
    """The words right before a value that say which column it is of: "directed by"."""
    values = [claim for claim in reading.claims if claim.relation == "value"]
    starts = [claim.first for claim in values]
    learned = {
        claim.first - step
        for claim in values
        for known in reading.support.values[claim.words]
        for step in (1, 2)
        if is_same_stem(reading.word(claim.first - step), known.column)
    }
    return learned | {
        position
        for start in starts
        for phrase in reading.vocabulary.leads
        if tuple(reading.word(start - len(phrase) + step) for step in range(len(phrase))) == phrase
        for position in range(start - len(phrase), start)
    }


def _is_number(word: str) -> bool:
    return is_year(word) or any(sign.isdigit() for sign in word)


def _is_of_crowd(word: str, reading: ClaimReading) -> bool:
    """People of whom popularity speaks."""
    return word in ENGLISH.crowd and reading.evidence.popular and bool(ENGLISH.many & set(reading.words))
