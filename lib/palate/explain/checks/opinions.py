"""Opinions: rules on what a sentence says that somebody did and thought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from palate.explain.checks.reading import Reading, Span
from palate.explain.english.lexicon import ARTICLES, NEGATIONS, NEGATIVE, NEUTRAL, POSITIVE, words
from palate.explain.english.tokens import phrase_of
from palate.explain.evidence.sentiment import Sentiment

_READER = words("you your")
_SUBJECTS = _READER | words("""
    i we they he she people person viewers readers users others everyone everybody somebody someone critics
    audiences friends customers
""")
_PRESENT = words("like love enjoy adore hate dislike")
_MODALS = words("might may will ll could should would d to can")
_NEEDS_NO_SUBJECT = words("fan fond")
_ADVERBS = words("really clearly obviously also do always")
_RELATIVES = words("which that who")
_JOINS = words("and or plus")
_WORKS = ARTICLES | words("film films movie movies book books title titles both")


class Verb(NamedTuple):
    """A word that says what somebody did or thought."""

    position: int
    sentiment: Sentiment
    begin: int
    """Position of the verb before it, or 0."""
    end: int
    """Place of the verb behind it, or the number of words."""


def negations(reading: Reading) -> Iterator[str]:
    """Evidence says what is, never what is not."""
    for word in NEGATIONS.intersection(reading.words):
        yield f"denies something ({word!r}), which no evidence supports"


def contradictions(reading: Reading) -> Iterator[str]:
    """Opinions of items that the person did not have, and what they did with the recommended item."""
    for verb in _verbs(reading):
        word = reading.word(verb.position)
        if not _is_of_reader(reading, verb.position):
            yield f"says {word!r} of somebody else than the reader"
        about = list(_objects(reading, verb))
        yield from _wrong_opinions(reading, verb, about)
        if _speaks_of_recommended(reading, verb):
            yield f"says that the reader {word} what is recommended"


def _wrong_opinions(reading: Reading, verb: Verb, about: list[Span]) -> Iterator[str]:
    """Of the named items, or of anything at all where it names none."""
    if verb.sentiment is Sentiment.NEUTRAL:
        return
    word = reading.word(verb.position)
    if not about and all(item.sentiment != verb.sentiment for item in reading.evidence.supporting_items):
        yield f"says {word!r}, but the evidence holds nothing that was {verb.sentiment}"
    for span in about:
        felt = {item.sentiment for item in reading.support.titles[span.phrase].supporting_items}
        if felt != {verb.sentiment}:
            yield f"says {word!r} of {' '.join(span.phrase)!r}, which was not {verb.sentiment}"


def _verbs(reading: Reading) -> list[Verb]:
    verbs = [
        (position, sentiment) for position in reading.outside if (sentiment := _sentiment(reading, position))
    ]
    bounds = [0, *(position for position, _ in verbs), len(reading.tokens)]
    return [Verb(position, felt, bounds[row], bounds[row + 2]) for row, (position, felt) in enumerate(verbs)]


def _sentiment(reading: Reading, position: int) -> Sentiment | None:
    word = reading.word(position)
    before = {reading.word(position - step) for step in (1, 2, 3)}
    if word in _PRESENT:
        follows = reading.word(position - 1) in _READER | _ADVERBS
        is_fact = follows and before & _READER and not before & _MODALS
        felt = Sentiment.DISLIKED if word in {"hate", "dislike"} else Sentiment.LIKED
        return felt if is_fact else None
    if word in POSITIVE:
        return Sentiment.LIKED
    if word in NEGATIVE:
        return Sentiment.DISLIKED
    actions = {phrase_of(supporting_item.verb)[:1] for supporting_item in reading.evidence.supporting_items}
    return Sentiment.NEUTRAL if word in NEUTRAL or (word,) in actions else None


def _is_of_reader(reading: Reading, position: int) -> bool:
    before = [reading.word(other) for other in reading.outside if other < position]
    subject = next((word for word in reversed(before) if word in _SUBJECTS), None)
    return subject in _READER or (subject is None and reading.word(position) in _NEEDS_NO_SUBJECT)


def _objects(reading: Reading, verb: Verb) -> Iterator[Span]:
    """Supporting titles up to the next verb; before this one if there is none, or in "which you loved"."""
    supporting = [
        span
        for span in reading.titles
        if span.phrase in reading.support.titles and reading.support.titles[span.phrase].supporting_items
    ]
    behind = [span for span in supporting if verb.position < span.first < verb.end]
    words_before = {reading.word(verb.position - step) for step in (1, 2, 3)}
    if not behind or words_before & _RELATIVES:
        yield from (span for span in supporting if verb.begin <= span.first < verb.position)
    yield from behind


def _speaks_of_recommended(reading: Reading, verb: Verb) -> bool:
    """Whether the recommended title is the object: right behind the verb, or joined to what is by "and"."""
    last = verb.position
    for span in reading.titles:
        if not verb.position < span.first < verb.end:
            continue
        between = {reading.word(position) for position in range(last + 1, span.first)}
        joined = between <= _WORKS if last == verb.position else between and between <= _JOINS | ARTICLES
        mention = reading.support.titles.get(span.phrase)
        if joined and mention is not None and not mention.supporting_items:
            return True
        last = span.end - 1
    return False
