"""Pattern reading: a sentence taken apart by the patterns of its language into statements with their titles.

Nothing is skipped: every sign belongs to a pattern, a title in quotation marks, a category of the catalogue,
a year, or a fact of an item that the evidence speaks of. Where there are several ways to read a sentence, all
are found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from palate.explain.evidence.descriptions import Description
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.text.sanitising import shown_plainly
from palate.explain.text.sentence_pack import sentence_pack
from palate.explain.text.sentence_patterns import SentencePatterns, pieces_of
from palate.explain.text.tokens import phrase_of

Relation = Literal[
    "title", "liked", "disliked", "did", "recommended", "category", "shared", "year", "fact", "popular",
    "nothing", "missing", "stated",
]  # fmt: skip

LONGEST_CATEGORY = 80
"""Signs of a category."""
_YEAR = re.compile(r"\d{4}(?!\d)", re.ASCII)
_PLAIN = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
"""Words that may be another form of a category's name; what has further signs must be the name itself."""


class Statement(NamedTuple):
    """Something that a sentence says."""

    relation: Relation
    said: str = ""
    """A title, a category, a year, a fact, the verbs of an action between bars, or what was stated."""
    titles: tuple[str, ...] = ()
    """What it is said of, where that is not the recommended item."""
    kinds: tuple[str, ...] = ()
    """Of what was stated, any of which it may be."""


class PatternMatch(NamedTuple):
    """A way to read a part of a sentence."""

    end: int
    """Position behind it."""
    statements: tuple[Statement, ...] = ()


Matches = Iterator[PatternMatch]
Slot = Callable[[int], Matches]


class PatternReader:
    """Reads one sentence."""

    def __init__(
        self, sentence: str, patterns: SentencePatterns, evidence: Evidence, vocabulary: Vocabulary
    ) -> None:
        """Take the sentence, the patterns of its language, and what gives names a meaning."""
        self._text, self._patterns, self._vocabulary = sentence, patterns, vocabulary
        self._facts = _fact_texts(evidence, patterns)
        self._stated = sentence_pack(evidence.language).stated
        self._names = {name.casefold() for one in spoken_of(evidence) for name in _category_names(one)}
        self._categories_at: dict[int, list[PatternMatch]] = {}
        self.furthest = 0
        """How far the sentence could be read in any way."""

    def sentences(self) -> Iterator[tuple[Statement, ...]]:
        """What the sentence says, in every way in which it can be read as a whole."""
        patterns = self._patterns
        groups: list[tuple[Sequence[str], tuple[Statement, ...]]] = [
            (patterns.because, ()),
            (patterns.popular, (Statement("popular"),)),
            (patterns.plain, ()),
            (patterns.nothing, (Statement("nothing"),)),
        ]
        for group, said in groups:
            for match in self._any(group, 0):
                if match.end == len(self._text):
                    yield (*said, *match.statements)

    def lines(self) -> Iterator[tuple[Statement, ...]]:
        """The same of a line of a profile."""
        whole = (match for match in self._any(self._patterns.lines, 0) if match.end == len(self._text))
        yield from (match.statements for match in whole)

    def _slot(self, name: str) -> Slot:
        slots: dict[str, Slot] = {
            "reasons": lambda at: self._listed(self._clause, self._patterns.clauses, at),
            "item": self._item,
            "recommended": lambda at: self._as("recommended", self._title(at)),
            "title": self._title,
            "text": self._title,
            "titles": lambda at: self._listed(self._title, self._patterns.listed, at),
            "categories": lambda at: self._listed(self._category, self._patterns.listed, at),
            "year": self._year,
        }
        return slots[name]

    def _any(self, patterns: Sequence[str], at: int) -> Matches:
        for pattern in patterns:
            yield from self._pieces(pieces_of(pattern), at)

    def _pieces(self, pieces: Sequence[str], at: int) -> Matches:
        """The rest of a pattern, which begins with a text; a slot's name comes behind it."""
        if not self._text.startswith(pieces[0], at):
            return
        at += len(pieces[0])
        self.furthest = max(self.furthest, at)
        if len(pieces) == 1:
            yield PatternMatch(at)
            return
        for match in self._slot(pieces[1])(at):
            for rest in self._pieces(pieces[2:], match.end):
                yield PatternMatch(rest.end, (*match.statements, *rest.statements))

    def _listed(self, one: Slot, between: Sequence[str], at: int) -> Matches:
        """One thing, or several with something between them."""
        for match in one(at):
            self.furthest = max(self.furthest, match.end)
            yield match
            for text in dict.fromkeys(between):
                if self._text.startswith(text, match.end):
                    for rest in self._listed(one, between, match.end + len(text)):
                        yield PatternMatch(rest.end, (*match.statements, *rest.statements))

    def _clause(self, at: int) -> Matches:
        """A reason, each way to read it once, or many reasons could be read in too many ways."""
        yield from dict.fromkeys(self._clauses(at))

    def _clauses(self, at: int) -> Matches:
        """What was stated, liked, not liked, or done and perhaps not liked, with its titles."""
        patterns = self._patterns
        for row in self._stated:
            for match in self._any(row.said, at):
                text = "".join(one.said for one in match.statements)
                yield PatternMatch(match.end, (Statement("stated", text, kinds=row.kinds),))
        yield from self._of_titles("liked", "", self._any(patterns.liked, at))
        yield from self._of_titles("disliked", "", self._any(patterns.disliked, at))
        for action in patterns.actions:
            for match in self._of_titles("did", "|".join(action.verbs), self._any(action.said, at)):
                yield match
                titles = match.statements[0].titles
                for behind in self._any(patterns.although, match.end):
                    yield PatternMatch(behind.end, (*match.statements, Statement("disliked", titles=titles)))

    def _of_titles(self, relation: Relation, said: str, matches: Matches) -> Matches:
        """The titles that are read, as what something is said of."""
        for match in matches:
            titles = tuple(statement.said for statement in match.statements)
            yield PatternMatch(match.end, (Statement(relation, said, titles),))

    def _as(self, relation: Relation, matches: Matches) -> Matches:
        for match in matches:
            said = tuple(statement._replace(relation=relation) for statement in match.statements)
            yield PatternMatch(match.end, said)

    def _item(self, at: int, before: frozenset[str] = frozenset()) -> Matches:
        """What is said of the recommended item: categories, year and facts in any order, each kind once."""
        patterns = self._patterns
        kinds: dict[str, Callable[[], Matches]] = {
            "kind": lambda: self._kind(at),
            "year": lambda: self._any(patterns.year, at),
            "fact": lambda: self._fact(at),
        }
        for kind in [one for one in kinds if one not in before]:
            for match in dict.fromkeys(kinds[kind]()):
                self.furthest = max(self.furthest, match.end)
                yield match
                if self._text.startswith(patterns.parts, match.end):
                    for rest in self._item(match.end + len(patterns.parts), before | {kind}):
                        yield PatternMatch(rest.end, (*match.statements, *rest.statements))

    def _kind(self, at: int) -> Matches:
        yield from self._as("shared", self._any(self._patterns.shared, at))
        yield from self._any(self._patterns.own, at)

    def _title(self, at: int) -> Matches:
        """A text in quotation marks; none of them may stand in it."""
        for marks in self._patterns.quotes:
            opening, closing = marks[0], marks[1]
            end = self._text.find(closing, at + 1)
            inside = self._text[at + 1 : end]
            if self._text.startswith(opening, at) and end > at and opening not in inside:
                yield PatternMatch(end + 1, (Statement("title", inside),))

    def _category(self, at: int) -> Matches:
        """Any category of the catalogue, whoever has it."""
        if at not in self._categories_at:
            ends = range(at + 1, min(len(self._text), at + LONGEST_CATEGORY) + 1)
            self._categories_at[at] = [
                PatternMatch(end, (Statement("category", self._text[at:end]),))
                for end in ends
                if self._is_category(self._text[at:end])
            ]
        yield from self._categories_at[at]

    def _is_category(self, text: str) -> bool:
        if text.casefold() in self._names:
            return True
        return bool(_PLAIN.fullmatch(text)) and phrase_of(text) in self._vocabulary.category_forms

    def _year(self, at: int) -> Matches:
        year = _YEAR.match(self._text, at)
        if year:
            yield PatternMatch(year.end(), (Statement("year", year[0]),))

    def _fact(self, at: int) -> Matches:
        """A fact of any item that the evidence speaks of."""
        for text in self._facts:
            if self._text.startswith(text, at):
                yield PatternMatch(at + len(text), (Statement("fact", text),))


def spoken_of(evidence: Evidence) -> list[Description]:
    """The recommended item, then the supporting ones."""
    return [evidence.recommended, *(item.description for item in evidence.supporting_items)]


def _category_names(description: Description) -> Iterator[str]:
    names = (*description.categories, *(words.written for words in description.words))
    yield from (shown_plainly(name) for name in names if name)


def _fact_texts(evidence: Evidence, patterns: SentencePatterns) -> dict[str, None]:
    texts = (text for one in spoken_of(evidence) for fact in one.facts for text in patterns.fact_texts(fact))
    return dict.fromkeys(texts)
