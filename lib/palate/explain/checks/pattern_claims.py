"""Pattern claims: what a sentence read by patterns says, held against the evidence about its subject."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import regex

from palate.explain.checks.pattern_reading import PatternReader, Statement
from palate.explain.checks.support import Mention, Support
from palate.explain.evidence.descriptions import Description
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.text.sanitising import one_line
from palate.explain.text.sentence_pack import promised
from palate.explain.text.sentence_patterns import SentencePatterns
from palate.explain.text.stated_phrases import excerpt, stated_row
from palate.explain.text.tokens import phrase_of

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_BRACKETS = regex.compile(r"\s*\([^()]*\)$")
_SIGNS_A_WORD = 2
_SHOWN = 30
"""Signs of what cannot be read that a reason quotes."""

Statements = tuple[Statement, ...]


@dataclass(frozen=True)
class PatternCheck:
    """Holds sentences of a language that is written by patterns against one piece of evidence."""

    patterns: SentencePatterns
    evidence: Evidence
    vocabulary: Vocabulary

    def sentence_reasons(self, sentence: str, words: int) -> Iterator[str]:
        """Why a sentence may not be shown; nothing if it may."""
        reader = self._reader(sentence)
        yield from self._reasons(sentence, reader.sentences(), reader, words=words)

    def line_reasons(self, line: str, words: int) -> Iterator[str]:
        """Why a line of a profile, whose evidence this is, may not be shown."""
        reader = self._reader(line)
        yield from self._reasons(line, map(self._about_all, reader.lines()), reader, words=words)

    def _about_all(self, statements: Statements) -> Statements:
        """What a line says, and what it is about and does not name."""
        named = {
            phrase_of(name)
            for one in statements
            if one.relation == "category"
            for name in self._meant(one.said)
        }
        wanted = self.evidence.recommended.categories
        missing = (Statement("missing", name) for name in wanted if phrase_of(name) not in named)
        return (*statements, *missing)

    def _reader(self, sentence: str) -> PatternReader:
        return PatternReader(sentence, self.patterns, self.evidence, self.vocabulary)

    def _reasons(
        self, sentence: str, readings: Iterable[Statements], reader: PatternReader, words: int
    ) -> Iterator[str]:
        wrong_form = list(self._form(sentence, words))
        # What is far too long is not read, for the time that it takes grows with the ways to read it.
        yield from wrong_form or self._untrue(sentence, readings, reader)

    def _form(self, sentence: str, words: int) -> Iterator[str]:
        if one_line(sentence) != sentence:
            yield "has control characters, invisible signs or needless blanks"
        bare, titles = self._without_titles(sentence)
        count = titles + _words_of(bare)
        if count > words:
            yield f"has {count} words, more than {words}"
        promise = promised(phrase_of(bare))
        if promise:
            yield f"promises something ({promise!r}), which nothing can support"

    def _without_titles(self, sentence: str) -> tuple[str, int]:
        """The sentence without what stands in quotation marks, and how often something does."""
        marks = "|".join(
            f"{regex.escape(one[0])}[^{regex.escape(one)}]*{regex.escape(one[1])}"
            for one in self.patterns.quotes
        )
        bare, titles = regex.subn(marks, " ", sentence)
        return str(bare), int(titles)

    def _untrue(self, sentence: str, readings: Iterable[Statements], reader: PatternReader) -> Iterator[str]:
        """What is wrong with the first way to read it; nothing where one way makes it true."""
        wrong: list[str] = []
        for statements in readings:
            reasons = [reason for statement in statements for reason in self._against(statement, statements)]
            reasons += ["repeats itself"] if _repeats(statements) else []
            if not reasons:
                return
            wrong = wrong or reasons
        rest = sentence[reader.furthest :]
        yield from wrong or [
            f"says {rest[:_SHOWN]!r}, which cannot be read as anything that the evidence holds"
        ]

    def _against(self, statement: Statement, sentence: Statements) -> Iterator[str]:
        rules: dict[str, Callable[[], Iterator[str]]] = {
            "title": lambda: self._named(statement.said),
            "recommended": lambda: self._is_recommended(statement.said),
            "liked": lambda: self._opinion(statement, Sentiment.LIKED),
            "disliked": lambda: self._opinion(statement, Sentiment.DISLIKED),
            "did": lambda: self._deed(statement),
            "stated": lambda: self._is_stated(statement),
            "shared": lambda: self._shared(statement.said, sentence),
            "category": lambda: self._category(statement.said, [self.evidence.recommended]),
            "year": lambda: self._year(statement.said),
            "fact": lambda: self._fact(statement.said),
            "missing": lambda: iter([f"does not name the category {statement.said!r}, which it is about"]),
            "popular": self._popular,
            "nothing": self._nothing,
        }
        return rules[statement.relation]()

    @cached_property
    def _support(self) -> Support:
        return Support.of(self.evidence, self.vocabulary)

    def _mention(self, title: str) -> Mention:
        return self._support.titles.get(phrase_of(title), Mention())

    def _named(self, title: str) -> Iterator[str]:
        """Titles that are not those of the history, or not written as they are."""
        mention = self._mention(title)
        if not mention.descriptions:
            yield f"names the title {title!r}, which the evidence does not hold"
        elif not mention.supporting_items:
            yield f"says of {title!r}, which is recommended, what was done with others"
        elif not self._is_written_so(title, mention.descriptions):
            yield f"writes the title {title!r} otherwise than the catalogue does"

    def _is_recommended(self, title: str) -> Iterator[str]:
        if self.evidence.recommended not in self._mention(title).descriptions:
            yield f"recommends the title {title!r}, which is not what is recommended"
        elif not self._is_written_so(title, [self.evidence.recommended]):
            yield f"writes the title {title!r} otherwise than the catalogue does"

    def _is_written_so(self, title: str, descriptions: Iterable[Description]) -> bool:
        """Whether a title is one of theirs but for capitals, with or without brackets behind it."""
        whole = [self.patterns.within_quotes(one.title) for one in descriptions]
        return title.casefold() in {
            text.casefold() for one in whole for text in (one, _BRACKETS.sub("", one))
        }

    def _opinion(self, statement: Statement, felt: Sentiment) -> Iterator[str]:
        for title in statement.titles:
            yield from self._named(title)
            items = self._mention(title).supporting_items
            if items and {item.sentiment for item in items} != {felt}:
                yield f"says that {title!r} was {felt}, which it was not"

    def _deed(self, statement: Statement) -> Iterator[str]:
        verbs = set(statement.said.split("|"))
        for title in statement.titles:
            yield from self._named(title)
            actions = [self.patterns.action(item.verb) for item in self._mention(title).supporting_items]
            general = verbs == set(self.patterns.actions[0].verbs)
            if actions and not general and not any(verbs == set(action.verbs) for action in actions):
                yield f"says something else of {title!r} than what was done with it"

    def _is_stated(self, statement: Statement) -> Iterator[str]:
        """Whether the reader said so, in that way."""
        own = [one.stated for one in self.evidence.stated]
        said = {
            self.patterns.within_quotes(excerpt(one.text)).casefold()
            for one in own
            if stated_row(one, self.evidence.language).kinds == statement.kinds
        }
        if statement.said.casefold() not in said:
            yield f"says that the reader said {statement.said!r}, which the evidence does not hold"

    def _shared(self, category: str, sentence: Statements) -> Iterator[str]:
        """A category of the recommended item and of all that the sentence names."""
        titles = [title for statement in sentence for title in statement.titles]
        others = [item.description for title in titles for item in self._mention(title).supporting_items]
        if not others:
            yield f"says that the category {category!r} is shared, but not with what"
        yield from self._category(category, [self.evidence.recommended, *others])

    def _category(self, category: str, descriptions: Iterable[Description]) -> Iterator[str]:
        meant = {phrase_of(name) for name in self._meant(category)}
        for one in descriptions:
            if not meant & {phrase_of(name) for name in one.categories}:
                whose = "what is recommended" if one == self.evidence.recommended else repr(one.title)
                yield f"claims the category {category!r} of {whose}, which does not have it"

    def _meant(self, category: str) -> frozenset[str]:
        """The categories of which a word claims one."""
        return self.vocabulary.category_forms.get(phrase_of(category), frozenset({category}))

    def _year(self, year: str) -> Iterator[str]:
        if year != self.evidence.recommended.year:
            yield f"says {year!r} of what is recommended, which the evidence does not hold"

    def _fact(self, text: str) -> Iterator[str]:
        own = [one for fact in self.evidence.recommended.facts for one in self.patterns.fact_texts(fact)]
        if text not in own:
            yield f"says {text!r} of what is recommended, which the evidence does not hold"

    def _popular(self) -> Iterator[str]:
        if not self.evidence.popular:
            yield "says that many people took it, but the evidence does not"

    def _nothing(self) -> Iterator[str]:
        recommended = self.evidence.recommended
        if self.evidence.is_personal or recommended.categories or recommended.year or self.evidence.popular:
            yield "says nothing that the evidence holds"


def _repeats(statements: Statements) -> bool:
    """Whether a title is given twice as a reason, or a category is said twice."""
    titles = [title for one in statements if one.relation in {"liked", "did"} for title in one.titles]
    said = [one.said for one in statements if one.relation in {"category", "shared", "title", "stated"}]
    return len(set(titles)) < len(titles) or len(set(said)) < len(said)


def _words_of(text: str) -> int:
    """Words of a text; two signs are one where a script has no spaces."""
    unspaced = _UNSPACED.findall(text)
    return len(phrase_of(_UNSPACED.sub(" ", text))) + math.ceil(len(unspaced) / _SIGNS_A_WORD)
