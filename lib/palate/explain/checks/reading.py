"""Reading: a sentence with the titles, categories and values in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from palate.explain.checks.support import Support
from palate.explain.english.lexicon import FUNCTION_WORDS, SMALL_WORDS
from palate.explain.english.text import CLOSERS, QUOTES
from palate.explain.english.tokens import Phrase, Token, plain, tokens_of
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import Vocabulary

_SENTENCE_END = re.compile(rf"[.!?][{CLOSERS}]*\s")


class Span(NamedTuple):
    """Words of the sentence that name something."""

    kind: Literal["title", "category", "value"]
    phrase: Phrase
    first: int
    end: int
    """Behind the last word."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A sentence beside what is known; what it names is found from left to right, the longest first."""

    sentence: str
    evidence: Evidence
    vocabulary: Vocabulary

    @cached_property
    def support(self) -> Support:
        """What the evidence supports."""
        return Support.of(self.evidence, self.vocabulary)

    @cached_property
    def text(self) -> str:
        """The sentence as `plain` has it."""
        return plain(self.sentence)

    @cached_property
    def tokens(self) -> list[Token]:
        """Its words."""
        return tokens_of(self.text)

    @cached_property
    def spans(self) -> list[Span]:
        """What it names, in its order, without overlaps."""
        spans: list[Span] = []
        at = 0
        while at < len(self.tokens):
            span = next(self._spans_at(at), None)
            spans += [span] if span else []
            at = span.end if span else at + 1
        return spans

    @cached_property
    def outside(self) -> list[int]:
        """Positions of the words that name nothing."""
        inside = {position for span in self.spans for position in range(span.first, span.end)}
        return [position for position in range(len(self.tokens)) if position not in inside]

    @cached_property
    def words(self) -> list[str]:
        """Folded words that name nothing."""
        return [self.tokens[position].word for position in self.outside]

    @cached_property
    def titles(self) -> list[Span]:
        """The titles among what it names."""
        return [span for span in self.spans if span.kind == "title"]

    def word(self, position: int) -> str:
        """A folded word; empty before the first and behind the last."""
        return self.tokens[position].word if 0 <= position < len(self.tokens) else ""

    def gap(self, position: int) -> str:
        """The text before a word, back to the word before it."""
        start = self.tokens[position - 1].end if position else 0
        end = self.tokens[position].start if position < len(self.tokens) else len(self.text)
        return self.text[start:end]

    def is_capital(self, position: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.text[self.tokens[position].start].isupper()

    def is_quoted(self, first: int, end: int) -> bool:
        """Whether there is a quotation mark on both sides of words."""
        return bool(QUOTES.intersection(self.gap(first)) and QUOTES.intersection(self.gap(end)))

    def opens_sentence(self, position: int) -> bool:
        """Whether a word is the first of a sentence."""
        return position == 0 or bool(_SENTENCE_END.search(self.gap(position)))

    def _spans_at(self, at: int) -> Iterator[Span]:
        """What could begin at a word, the longest first."""
        word = self.tokens[at].word
        lengths = {*self.vocabulary.lengths.get(word, ()), *self.support.lengths.get(word, ())}
        for length in sorted(lengths, reverse=True):
            phrase = tuple(token.word for token in self.tokens[at : at + length])
            if len(phrase) < length:
                continue
            if self._is_title(phrase, at):
                yield Span("title", phrase, at, self._with_year(phrase, at + length))
            elif phrase in self.support.values:
                yield Span("value", phrase, at, at + length)
            elif phrase in self.vocabulary.category_forms:
                yield Span("category", phrase, at, at + length)

    def _is_title(self, phrase: Phrase, at: int) -> bool:
        if phrase not in self.vocabulary.title_forms and phrase not in self.support.titles:
            return False
        return not self.vocabulary.looks_ordinary(phrase) or self._is_written_as_title(phrase, at)

    def _is_written_as_title(self, phrase: Phrase, at: int) -> bool:
        """Quoted, or capitalised where a capital is not what any sentence begins with."""
        end = at + len(phrase)
        if self.is_quoted(at, end):
            return True
        telling = [position for position in range(at, end) if self.word(position) not in SMALL_WORDS] or [at]
        opens = self.opens_sentence(telling[0]) and all(word in FUNCTION_WORDS for word in phrase)
        return all(self.is_capital(position) for position in telling) and not opens

    def _with_year(self, phrase: Phrase, end: int) -> int:
        """The end of a title together with its year in brackets."""
        years = self.support.titles[phrase].years if phrase in self.support.titles else ()
        return end + 1 if self.word(end) in years and "(" in self.gap(end) else end
