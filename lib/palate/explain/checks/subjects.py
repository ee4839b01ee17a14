"""Subjects: a sentence read into claims, each about the item that it speaks of at that point.

From left to right, a title turns the talk to its item; "here", "this", "you might", a colon and the like
turn it back to what is recommended. What stands right before a title ("the horror film Alien") is about that
title, and what somebody liked ("you liked thrillers") is about one of the items that they did like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from palate.explain.checks.reading import Reading, Span
from palate.explain.english.lexicon import ARTICLES, DECADES, ENGLISH
from palate.explain.evidence.descriptions import Description
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.text.tokens import phrase_of

Relation = Literal["category", "year", "value"]
Subjects = tuple[Description, ...]

_STOPS = frozenset(":;?\u2013\u2014")
"""Signs behind which a sentence speaks of what is recommended."""
_MODAL_WITHIN = 3
_PREPOSITIONS = frozenset({"with", "from", "by", "in", "on", "whose", "which", "that", "is", "was", "who"})
"""What ends the phrase that "another" begins."""


class ClaimReading(Reading):
    """A sentence with its claims."""

    @cached_property
    def claims(self) -> list[Claim]:
        """What it says of items, in its order."""
        return ClaimReader(self).read()


class Claim(NamedTuple):
    """Something that a sentence says of an item."""

    subjects: Subjects
    """It is said of each of these, or of one of them if it is said of `any`."""
    relation: Relation
    words: tuple[str, ...]
    first: int
    end: int
    any: bool = False
    another: bool = False
    """Whether it is said to hold for something else too."""

    @property
    def said(self) -> str:
        """Its words."""
        return " ".join(self.words)


@dataclass
class ClaimReader:
    """Reads the claims of one sentence."""

    reading: Reading
    claims: list[Claim] = field(default_factory=list)
    subjects: Subjects = ()
    any: bool = False
    another: bool = False
    joining: bool = False
    """Whether a title that comes now is joined to the one before."""
    both: bool = False
    """Whether "both" came, with two things to follow."""
    before_title: list[int] = field(default_factory=list)
    """Claims that may turn out to be about a title that follows."""

    @cached_property
    def recommended(self) -> Subjects:
        """What a sentence speaks of where nothing else is said."""
        return (self.reading.evidence.recommended,)

    def read(self) -> list[Claim]:
        """All claims, in the order of the sentence."""
        self.subjects = self.recommended
        parts = {span.first: span for span in self.reading.parts}
        position = 0
        while position < len(self.reading.tokens):
            self._read_gap(position)
            span = parts.get(position)
            if span is None:
                self._read_word(position)
            else:
                self._read_part(span)
            position = span.end if span else position + 1
        return self.claims

    def _read_gap(self, position: int) -> None:
        gap = self.reading.gap(position)
        if position and _STOPS.intersection(gap):
            self._turn(self.recommended)
        if "," in gap or "(" in gap:
            self.before_title, self.another = [], False

    def _read_part(self, span: Span) -> None:
        if span.kind == "title":
            self._read_title(span)
        elif span.kind == "stated":
            self.before_title, self.joining = [], False
        elif span.kind == "idiom" and ENGLISH.phrases[span.phrase] == "joint":
            return
        elif span.kind == "idiom":
            self.before_title, self.joining = [], False
            if ENGLISH.phrases[span.phrase] == "wish" or ENGLISH.readers.intersection(span.phrase):
                self._turn(self.recommended)
        else:
            self._add(span.kind, span.phrase, span.first, span.end)

    def _read_title(self, span: Span) -> None:
        mention = self.reading.support.titles.get(span.phrase)
        named: Subjects = mention.descriptions if mention else ()
        before, turned = self.subjects, self.recommended[0] in named and self.recommended != self.subjects
        # What is likened to something is spoken of together with it: "Aliens, like Alien, is a thriller".
        is_joined = (self.joining and not turned) or self.both or likens(self.reading, span.first)
        ahead = self.before_title
        self._turn((*before, *named) if is_joined else named)
        for row in ahead:
            held = self.claims[row]
            joined = (*held.subjects, *named) if is_joined else named
            self.claims[row] = held._replace(subjects=joined, any=False)
        self.joining, self.before_title = True, []
        self.both = self.both and not is_joined

    def _read_word(self, position: int) -> None:
        reading, word = self.reading, self.reading.word(position)
        if self._is_time(word):
            self._add("year", (word,), position, position + 1)
        elif word in ENGLISH.both:
            self._read_both(position)
        elif word in ENGLISH.another:
            self.another, self.before_title = True, []
        elif word in ENGLISH.readers:
            self._read_reader(position)
        elif word in ENGLISH.resets:
            self._turn(self.recommended)
        elif word in ENGLISH.liked | ENGLISH.disliked and self.any:
            self._narrow(Sentiment.LIKED if word in ENGLISH.liked else Sentiment.DISLIKED)
        elif word in ARTICLES:
            self.before_title = []
        elif word not in reading.nouns | ENGLISH.joins:
            self.joining = self.joining and word in reading.support.columns
            self.before_title = self.before_title if word in reading.support.columns else []
        if word in _PREPOSITIONS:
            self.another = False

    def _read_both(self, position: int) -> None:
        """`both are from 1986` speaks of all; `both Alien and Heat` of what follows."""
        following = self._skipping_articles(position + 1)
        spans = {span.first: span.kind for span in self.reading.spans}
        if spans.get(following) == "title" or self.reading.word(following) in {"this", *self.reading.nouns}:
            self.both = True
        elif spans.get(following) is None and self.reading.word(following) not in ENGLISH.readers:
            named = tuple(item.description for item in self.reading.evidence.named)
            self._turn((*self.recommended, *named))

    def _read_reader(self, position: int) -> None:
        """`you might` leads to what is recommended; `which you liked` changes nothing."""
        reading = self.reading
        ahead = {reading.word(position + step) for step in range(1, _MODAL_WITHIN)}
        before = reading.word(position - 1)
        titles_end = {span.end for span in reading.titles}
        if ahead & ENGLISH.modals:
            self._turn(self.recommended)
        elif before in ENGLISH.relatives | reading.nouns or (
            position in titles_end and not reading.gap(position).strip()
        ):
            self.before_title = []
        elif reading.word(position) == "you":
            self._turn(tuple(item.description for item in reading.evidence.supporting_items))
            self.any = True

    def _narrow(self, sentiment: Sentiment) -> None:
        items = self.reading.evidence.supporting_items
        self.subjects = tuple(item.description for item in items if item.sentiment is sentiment)

    def _turn(self, subjects: Subjects) -> None:
        self.subjects, self.any, self.joining, self.another = (
            tuple(dict.fromkeys(subjects)),
            False,
            False,
            False,
        )
        if subjects == self.recommended:
            self.before_title = []

    def _add(self, relation: str, words: Sequence[str], first: int, end: int) -> None:
        self.claims.append(
            Claim(
                self.subjects,
                relation=relation,  # type: ignore[arg-type]
                words=tuple(words),
                first=first,
                end=end,
                any=self.any,
                another=self.another,
            )
        )
        self.before_title.append(len(self.claims) - 1)
        self.joining = False

    def _skipping_articles(self, position: int) -> int:
        while self.reading.word(position) in ARTICLES:
            position += 1
        return position

    def _is_time(self, word: str) -> bool:
        return is_year(word) or word in DECADES


def likens(reading: Reading, first: int) -> bool:
    """Whether the words before a title liken something to it, as in "close to Alien"."""
    position = first - 1
    while reading.word(position) in ARTICLES | {"to"} | reading.nouns:
        position -= 1
    before = {reading.word(position - step) for step in (1, 2)}
    is_verb = before & (ENGLISH.readers | ENGLISH.modals | ENGLISH.adverbs - {"just"})
    return reading.word(position) in ENGLISH.likening and not is_verb


def is_year(word: str) -> bool:
    """`1986`, `1980s`, `80s`: what can only be a year or a decade."""
    digits = word.removesuffix("s")
    return digits.isdecimal() and (len(digits) == 4 or (len(digits) == 2 and word != digits))


def named_descriptions(reading: Reading) -> list[Description]:
    """Supporting items whose titles are in the sentence, or else those it could have named."""
    titles = [reading.support.titles.get(span.phrase) for span in reading.titles]
    named = [item.description for mention in titles if mention for item in mention.supporting_items]
    return named or [item.description for item in reading.evidence.named]


def holds(claim: Claim, description: Description, reading: Reading) -> bool:
    """Whether the evidence entails a claim about one item."""
    if claim.relation == "category":
        own = {phrase_of(name) for name in description.categories}
        return any(phrase_of(name) in own for name in reading.vocabulary.category_forms[claim.words])
    if claim.relation == "year":
        return _is_of_time(claim.words[0], description.year)
    return any(known.description == description for known in reading.support.values[claim.words])


def _is_of_time(word: str, year: str) -> bool:
    if word in DECADES:
        return year[2:3] == str(DECADES[word])[0]
    return bool(year) and word in {year, f"{year[:3]}0s", f"{year[2]}0s"}
