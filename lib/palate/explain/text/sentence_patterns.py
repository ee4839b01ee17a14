"""Sentence patterns: how a language writes an explanation, and so how one is read; a part of its pack.

A pattern is a text with slots in braces, `dir {title} gefallen hat`. The first of each list is what the
template says; a language model that is held by a grammar chooses among all, and the checker reads all.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated

from pydantic import Field

from palate.config.section import Section
from palate.explain.text.sanitising import shown_plainly
from palate.explain.text.tokens import phrase_of
from palate.facts import FactSpan

_SLOT = re.compile(r"\{(\w+)\}")


class ActionPatterns(Section):
    """What is said of something that somebody did."""

    verbs: tuple[str, ...]
    """What evidence calls it: verbs of `palate.explain.evidence.sentiment`, and of a configuration."""
    said: tuple[str, ...]


class SentencePatterns(Section):
    """The patterns of one language; the comments in `packs/de.yaml` say what each is for."""

    quotes: tuple[Annotated[str, Field(min_length=2, max_length=2)], ...] = Field(min_length=1)
    listed: tuple[str, ...] = Field(min_length=2)
    clauses: tuple[str, ...] = Field(min_length=2)
    parts: str
    because: tuple[str, ...]
    popular: tuple[str, ...]
    plain: tuple[str, ...]
    nothing: tuple[str, ...]
    liked: tuple[str, ...]
    disliked: tuple[str, ...]
    although: tuple[str, ...]
    actions: tuple[ActionPatterns, ...]
    shared: tuple[str, ...]
    own: tuple[str, ...]
    year: tuple[str, ...]
    fact: tuple[str, ...]
    lead: str
    quotation: tuple[str, ...]
    lines: tuple[str, ...]
    nothing_shown: str

    @cached_property
    def _unquoted(self) -> dict[int, str]:
        """Quotation marks, and what stands for one within others."""
        return {ord(mark): "'" for pair in self.quotes for mark in pair}

    def within_quotes(self, text: str) -> str:
        """Text of strangers that may stand between the marks of this language: none of them is in it."""
        return shown_plainly(text).translate(self._unquoted)

    def quoted(self, text: str) -> str:
        """Text of strangers in the quotation marks of this language."""
        marks = self.quotes[0]
        return f"{marks[0]}{self.within_quotes(text)}{marks[1]}"

    def action(self, verb: str) -> ActionPatterns:
        """What is said of a verb of the evidence; of one that nobody listed that something was taken."""
        wanted = phrase_of(verb)
        known = (one for one in self.actions if wanted in {phrase_of(text) for text in one.verbs})
        return next(known, self.actions[0])

    def fact_texts(self, fact: FactSpan) -> list[str]:
        """A fact of an item in each of its patterns, the template's first."""
        if not fact.lead:
            texts = {"column": self._column(fact), "value": self.within_quotes(fact.text)}
            return [pattern.format(**texts) for pattern in self.quotation]
        plain = self.lead.format(column=self._column(fact))
        lead = plain if fact.has_plain_lead else shown_plainly(fact.lead)
        return [pattern.format(lead=lead, value=shown_plainly(fact.text)) for pattern in self.fact]

    def _column(self, fact: FactSpan) -> str:
        return self.within_quotes(fact.column.replace("_", " "))


def slots_of(pattern: str) -> frozenset[str]:
    """The names of a pattern's slots."""
    return frozenset(_SLOT.findall(pattern))


def pieces_of(pattern: str) -> list[str]:
    """Texts and names of slots in turn; a text can be empty."""
    return _SLOT.split(pattern)
