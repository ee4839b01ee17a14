"""Opinions: rules on what a sentence says that somebody did and thought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from palate.explain.checks.reading import Reading, Span
from palate.explain.english.lexicon import ARTICLES, ENGLISH
from palate.explain.evidence.evidence import SupportingItem
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.text.tokens import phrase_of

_CHOSEN = frozenset({"picked", "chose", "chosen", "selected", "tried", "seen"})
"""What may be said of us who recommend, too; of the reader only right behind "you"."""
_AGENTLESS = frozenset({"it", "this", "we", "our", "us"})


class Verb(NamedTuple):
    """A word or phrase that says what somebody did or thought."""

    position: int
    stop: int
    """Position behind its last word."""
    sentiment: Sentiment
    begin: int
    """Position of the verb before it, or 0."""
    end: int
    """Position of the verb behind it, or the number of words."""
    is_phrase: bool


def negations(reading: Reading) -> Iterator[str]:
    """Evidence says what is; of what is not it says only what was not liked."""
    for word in ENGLISH.negations.intersection(reading.words):
        yield f"denies something ({word!r}), which no evidence supports"


def contradictions(reading: Reading) -> Iterator[str]:
    """Opinions of items that the person did not have, and what they did with the recommended item."""
    for verb in reading_verbs(reading):
        word = " ".join(reading.word(position) for position in range(verb.position, verb.stop))
        if _is_of_crowd(reading, verb):
            continue
        if not _is_of_reader(reading, verb):
            yield f"says {word!r} of somebody else than the reader"
        about = list(_objects(reading, verb))
        yield from _wrong_opinions(reading, verb, word, about)
        yield from _wrong_actions(reading, verb, word, about)
        if _speaks_of_recommended(reading, verb) or _has_no_object(reading, verb, about):
            yield f"says that the reader {word} what is recommended"


def unknown_deeds(reading: Reading) -> Iterator[str]:
    """What the reader does or is, by any verb that is not one of taking or liking."""
    verbs = {verb.position for verb in reading_verbs(reading)}
    phrases = {span.first for span in reading.parts if span.kind in {"idiom", "stated"}}
    for position in reading.outside:
        if reading.word(position) != "you":
            continue
        ahead = position + 1
        while reading.word(ahead) in ENGLISH.adverbs | ENGLISH.auxiliaries | ARTICLES:
            ahead += 1
        word, is_known = reading.word(ahead), ahead in verbs | phrases
        is_deed = word in ENGLISH.linking - ENGLISH.auxiliaries or word in _CHOSEN
        if is_deed and not is_known and word not in ENGLISH.modals:
            yield f"says that the reader {word}, which the evidence does not hold"


def _wrong_opinions(reading: Reading, verb: Verb, word: str, about: list[Span]) -> Iterator[str]:
    """Of the named items, or of anything at all where it names none."""
    if verb.sentiment is Sentiment.NEUTRAL:
        return
    if not about and all(item.sentiment != verb.sentiment for item in reading.evidence.supporting_items):
        yield f"says {word!r}, but the evidence holds nothing that was {verb.sentiment}"
    for span in about:
        if {item.sentiment for item in _items(reading, span)} != {verb.sentiment}:
            yield f"says {word!r} of {' '.join(span.phrase)!r}, which was not {verb.sentiment}"


def _wrong_actions(reading: Reading, verb: Verb, word: str, about: list[Span]) -> Iterator[str]:
    """Something else was done with the named items."""
    if verb.sentiment is not Sentiment.NEUTRAL:
        return
    for span in about:
        if not any(ENGLISH.does_same(word, item.verb) for item in _items(reading, span)):
            yield f"says {word!r} of {' '.join(span.phrase)!r}, which the evidence does not hold"


def _items(reading: Reading, span: Span) -> tuple[SupportingItem, ...]:
    return reading.support.titles[span.phrase].supporting_items


def reading_verbs(reading: Reading) -> list[Verb]:
    """What the sentence says that somebody did or thought, in its order."""
    found = [(at, at + 1, felt, False) for at in reading.outside if (felt := _sentiment(reading, at))]
    for span in reading.parts:
        kind = ENGLISH.phrases[span.phrase] if span.kind == "idiom" else ""
        if kind in {"liked", "disliked"}:
            found.append((span.first, span.end, Sentiment(kind), True))
    found.sort(key=lambda one: one[0])
    bounds = [0, *(one[0] for one in found), len(reading.tokens)]
    return [
        Verb(at, stop=stop, sentiment=felt, begin=bounds[row], end=bounds[row + 2], is_phrase=is_phrase)
        for row, (at, stop, felt, is_phrase) in enumerate(found)
    ]


def _sentiment(reading: Reading, position: int) -> Sentiment | None:
    word = reading.word(position)
    before = {reading.word(position - step) for step in (1, 2, 3)}
    if word in ENGLISH.present:
        follows = reading.word(position - 1) in ENGLISH.readers | ENGLISH.adverbs
        is_fact = follows and before & ENGLISH.readers and not before & ENGLISH.modals
        felt = Sentiment.DISLIKED if word in {"hate", "dislike", "loathe"} else Sentiment.LIKED
        return felt if is_fact else None
    if word in ENGLISH.liked:
        return Sentiment.LIKED
    if word in ENGLISH.disliked:
        return Sentiment.DISLIKED
    if word in _CHOSEN and not _is_right_behind_reader(reading, position):
        return None
    actions = {phrase_of(item.verb)[:1] for item in reading.evidence.supporting_items}
    return Sentiment.NEUTRAL if word in ENGLISH.action_words or (word,) in actions else None


def _is_right_behind_reader(reading: Reading, position: int) -> bool:
    before = position - 1
    while reading.word(before) in ENGLISH.adverbs | ENGLISH.auxiliaries:
        before -= 1
    return reading.word(before) in ENGLISH.readers


def _is_of_reader(reading: Reading, verb: Verb) -> bool:
    if verb.is_phrase and ENGLISH.readers.intersection(_words_of(reading, verb)):
        return True
    subject = _subject(reading, verb)
    word = reading.word(verb.position)
    return subject in ENGLISH.readers or (not subject and word in ENGLISH.needs_no_subject)


def _words_of(reading: Reading, verb: Verb) -> set[str]:
    return {reading.word(position) for position in range(verb.position, verb.stop)}


def _subject(reading: Reading, verb: Verb) -> str:
    """The last word before a verb that can be its subject; empty where there is none."""
    before = [reading.word(other) for other in reading.outside if other < verb.position]
    subjects = ENGLISH.readers | ENGLISH.others
    return next((word for word in reversed(before) if word in subjects), "")


def _is_of_crowd(reading: Reading, verb: Verb) -> bool:
    """`many people have watched this`: what popularity means, and nothing of an item of the history."""
    is_plain = verb.sentiment is Sentiment.NEUTRAL and not any(
        verb.position < span.first < verb.end and _is_supporting(reading, span) for span in reading.titles
    )
    counted = ENGLISH.many.intersection(reading.words)
    return bool(
        is_plain and counted and _subject(reading, verb) in ENGLISH.crowd and reading.evidence.popular
    )


def _is_supporting(reading: Reading, span: Span) -> bool:
    return span.phrase in reading.support.titles and bool(_items(reading, span))


def _objects(reading: Reading, verb: Verb) -> Iterator[Span]:
    """Supporting titles up to the next verb; before this one if there is none, or in "which you loved"."""
    supporting = [span for span in reading.titles if _is_supporting(reading, span)]
    behind = [span for span in supporting if verb.position < span.first < verb.end]
    before = [span for span in supporting if verb.begin <= span.first < verb.position]
    # A title may end in "which" by itself.
    near = {verb.position - step for step in (1, 2, 3)} & set(reading.outside)
    words_before = {reading.word(position) for position in near}
    if verb.is_phrase and before and ENGLISH.readers.intersection(_words_of(reading, verb)):
        yield from before
        return
    if not behind or words_before & ENGLISH.relatives or _is_contact_clause(reading, verb, before):
        yield from before
        # Behind "which you liked" comes something else, but for what is joined to it.
        if before and (words_before & ENGLISH.relatives or _is_contact_clause(reading, verb, before)):
            return
    yield from behind


def _is_contact_clause(reading: Reading, verb: Verb, before: list[Span]) -> bool:
    """`the Cedar Candle you bought`: nothing but the reader stands between title and verb."""
    return (
        bool(before)
        and all(
            reading.word(position) in ENGLISH.readers | ENGLISH.adverbs | ENGLISH.auxiliaries
            for position in range(before[-1].end, verb.position)
        )
        and "," not in reading.gap(before[-1].end)
    )


def _has_no_object(reading: Reading, verb: Verb, about: list[Span]) -> bool:
    """`this is a thriller that you watched`: what the relative clause is about is no supporting item."""
    words_before = {reading.word(verb.position - step) for step in (2, 3)}
    return (
        not about
        and bool(words_before & (ENGLISH.relatives - {"who"}))
        and _is_right_behind_reader(reading, verb.position)
    )


def _speaks_of_recommended(reading: Reading, verb: Verb) -> bool:
    """Whether the recommended title is the object: right behind the verb, or joined to what is by "and"."""
    last, works = verb.stop - 1, ARTICLES | reading.nouns | ENGLISH.both
    for span in reading.titles:
        if not verb.position < span.first < verb.end:
            continue
        between = {reading.word(position) for position in range(last + 1, span.first)}
        is_joined = bool(between) and between <= ENGLISH.joins | ARTICLES and "," not in reading.gap(last + 1)
        is_object = between <= works and "," not in reading.gap(span.first)
        joined = is_object if last == verb.stop - 1 else is_joined
        mention = reading.support.titles.get(span.phrase)
        if joined and mention is not None and not mention.supporting_items:
            return True
        last = span.end - 1
    return False
