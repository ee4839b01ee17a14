"""Reading: a sentence with the titles, categories, values and idioms in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from palate.explain.checks.support import Support
from palate.explain.english.category_names import plural
from palate.explain.english.lexicon import ENGLISH, FUNCTION_WORDS, SMALL_WORDS
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import PIECE, STEM, Vocabulary
from palate.explain.text.sanitising import CLOSERS, OPENING_QUOTE, QUOTES
from palate.explain.text.stated_phrases import stated_phrases
from palate.explain.text.tokens import Phrase, Token, phrase_of, plain, tokens_of

_SENTENCE_END = re.compile(rf"[.!?][{CLOSERS}]*\s")
_STEM_SHARE = 0.6
"""Share of the longer of two words in which they agree that are forms of one."""
_READ = FUNCTION_WORDS | ENGLISH.frame


class Span(NamedTuple):
    """Words of the sentence that belong together."""

    kind: Literal["title", "category", "value", "idiom", "stated"]
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
    def parts(self) -> list[Span]:
        """What it names and its idioms, in its order, without overlaps."""
        spans: list[Span] = []
        stated = self._stated_at
        at = 0
        while at < len(self.tokens):
            limit = min((first for first in stated if first > at), default=len(self.tokens))
            found = (span for span in self._spans_at(at) if span.end <= limit)
            span = stated.get(at) or next(found, None)
            spans += [span] if span else []
            at = span.end if span else at + 1
        return spans

    @cached_property
    def spans(self) -> list[Span]:
        """What it names."""
        return [span for span in self.parts if span.kind != "idiom"]

    @cached_property
    def outside(self) -> list[int]:
        """Positions of the words that are in none of its parts."""
        inside = {position for span in self.parts for position in range(span.first, span.end)}
        return [position for position in range(len(self.tokens)) if position not in inside]

    @cached_property
    def words(self) -> list[str]:
        """Folded words that are in none of its parts."""
        return [self.tokens[position].word for position in self.outside]

    @cached_property
    def unnamed_words(self) -> list[str]:
        """Folded words that name nothing, those of idioms among them."""
        inside = {position for span in self.spans for position in range(span.first, span.end)}
        return [token.word for position, token in enumerate(self.tokens) if position not in inside]

    @cached_property
    def titles(self) -> list[Span]:
        """The titles among what it names."""
        return [span for span in self.spans if span.kind == "title"]

    @cached_property
    def stated(self) -> list[Span]:
        """The clauses among its parts that say what somebody searched for, wrote or struck."""
        return [span for span in self.spans if span.kind == "stated"]

    @cached_property
    def _stated_at(self) -> dict[int, Span]:
        """What was stated, in the very words that may be said of it, by the first word."""
        language = self.evidence.language
        said = [text for one in self.evidence.stated for text in stated_phrases(one.stated, language)]
        spans = {}
        for text in sorted(said, key=len):  # of two that begin alike the longer one stays
            for found in re.finditer(re.escape(plain(text)), self.text):
                inside = self._tokens_between(*found.span())
                spans[inside[0]] = Span("stated", phrase_of(text), inside[0], inside[-1] + 1)
        return spans

    def _tokens_between(self, start: int, end: int) -> list[int]:
        return [at for at, token in enumerate(self.tokens) if start <= token.start < end]

    @cached_property
    def nouns(self) -> frozenset[str]:
        """What an item may be called."""
        noun = self.evidence.noun
        own = {*phrase_of(noun), *phrase_of(plural(noun))}
        return frozenset(own | ENGLISH.item_nouns | set(self.vocabulary.nouns))

    def categories_of(self, span: Span) -> frozenset[str]:
        """The categories of which a span claims one."""
        return self.vocabulary.category_forms[span.phrase]

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
        """Whether a word is the first of a sentence; a title may begin with signs of its own."""
        before, mark, _ = self.gap(position).partition(OPENING_QUOTE)
        return position == 0 or bool(_SENTENCE_END.search(before + mark))

    def _spans_at(self, at: int) -> Iterator[Span]:
        """What could begin at a word, the longest first; a claim before an idiom of the same words."""
        word = self.tokens[at].word
        lengths = {*self.vocabulary.lengths.get(word, ()), *self.support.lengths.get(word, ())}
        for length in sorted(lengths | set(ENGLISH.phrase_lengths.get(word, ())), reverse=True):
            phrase = tuple(token.word for token in self.tokens[at : at + length])
            if len(phrase) < length:
                continue
            if self._is_title(phrase, at, self.support.titles):
                yield Span("title", phrase, at, self._with_year(phrase, at + length))
            elif phrase in self.support.values and not self._is_plain(phrase):
                yield Span("value", phrase, at, at + length)
            elif self._is_title(phrase, at, self.vocabulary.title_forms):
                yield Span("title", phrase, at, at + length)
            elif phrase in self.vocabulary.category_forms:
                yield Span("category", phrase, at, at + length)
            elif phrase in ENGLISH.phrases:
                yield Span("idiom", phrase, at, at + length)
            elif phrase in self.support.titles and self._is_plainly_said(phrase):
                yield Span("title", phrase, at, at + length)
        yield from self._inflected_at(at)

    def _is_plain(self, phrase: Phrase) -> bool:
        """Whether words are a category or what items are called, whatever else they stand for."""
        return phrase in self.vocabulary.category_forms or self.nouns.issuperset(phrase)

    def _is_plainly_said(self, phrase: Phrase) -> bool:
        """Whether a supported title in small letters can mean nothing else."""
        others = _READ | self.vocabulary.category_words
        return phrase[-1] not in others and not any(word.isdigit() for word in phrase)

    def _inflected_at(self, at: int) -> Iterator[Span]:
        """A category in a form that nobody listed: "romantic" of romance, "science fiction" of sci-fi."""
        word = self.tokens[at].word
        if word in _READ:
            return
        for phrase in self.vocabulary.category_stems.get(word[:STEM], ()):
            if is_same_stem(word, phrase[0]):
                yield Span("category", phrase, at, at + 1)
        for phrase in self.vocabulary.category_stems.get(word[:PIECE], ()):
            if self._is_spelt_out(phrase, at):
                yield Span("category", phrase, at, at + len(phrase))

    def _is_spelt_out(self, phrase: Phrase, at: int) -> bool:
        said = [self.word(at + step) for step in range(len(phrase))]
        pieces = zip(phrase, said, strict=True)
        return all(len(piece) >= PIECE and text.startswith(piece) for piece, text in pieces)

    def _is_title(self, phrase: Phrase, at: int, titles: object) -> bool:
        if phrase not in titles:  # type: ignore[operator]
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
        years = self.support.titles[phrase].years
        return end + 1 if self.word(end) in years and "(" in self.gap(end) else end


def is_same_stem(word: str, other: str) -> bool:
    """Whether two words agree in so many letters at their beginnings that they are forms of one."""
    if word == other:
        return True
    same = next((step for step, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    shared = min(len(word), len(other)) if same is None else same
    return shared >= max(STEM, _STEM_SHARE * max(len(word), len(other)))
