"""References: words of a turn that mean something of the shown list, "the second one", "shorter", "not that".

They are cut out of the turn; what is left is read as a request of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.conversation.phrases import TurnPhrases
from palate.rank.rules import NumberRange
from palate.schema import NO_ITEM
from palate.steering import Constraint
from palate.steering.mentions import MentionFinder
from palate.steering.negation import NAMES
from palate.steering.tokens import PhraseTable, RequestToken, phrase_of
from palate.steering.vocabulary import Comparative

PASSED = ("opener", "filler")
"""Roles of words that may stand between "not" or "like" and what they are about."""


class VisibleList(NamedTuple):
    """What a turn can point to."""

    items: Sequence[int]
    """Catalogue indices, the best first; `NO_ITEM` where this catalogue lacks what was shown."""
    topic: Sequence[int] = ()
    """What was talked about last; catalogue indices."""


class Reference(NamedTuple):
    """Tokens that point to the list, and what they ask for."""

    first: int
    stop: int
    """Index of the token behind the last."""
    constraint: Constraint


class _Lead(NamedTuple):
    """What stands before a reference."""

    first: int
    stop: int
    negative: bool
    says_like: bool


@dataclass(frozen=True)
class ReferenceFinder:
    """Finds references with the words of one language and the names of one catalogue."""

    phrases: TurnPhrases
    finder: MentionFinder

    def find(self, text: str, tokens: Sequence[RequestToken], shown: VisibleList) -> list[Reference]:
        """All references, in the order of the words."""
        names = _name_tokens(self.finder, tokens)
        found: list[Reference] = []
        first = 0
        while first < len(tokens):
            reference = None if first in names else self._at(text, tokens, first, shown)
            found += [reference] if reference else []
            first = reference.stop if reference else first + 1
        return found

    def item_at(
        self, tokens: Sequence[RequestToken], first: int, shown: VisibleList
    ) -> tuple[tuple[int, ...], int] | None:
        """The items that are pointed to or named at a token, and the index behind the words."""
        if pointed := self._pointed(tokens, first, shown):
            return pointed
        title = self.finder.title_at(tokens, first)
        return (tuple(title.meaning), title.stop) if title else None

    def _at(
        self, text: str, tokens: Sequence[RequestToken], first: int, shown: VisibleList
    ) -> Reference | None:
        """The reference whose words, with what stands before it, begin at a token."""
        found = self.phrases.references.longest_at(tokens, first)
        if found and found[0] == "others":
            said, start = _said(text, tokens, first, found[1]), tokens[first].start
            others = Constraint("shown", True, said, start, items=_known(shown.items))
            return Reference(first, found[1], others)
        lead = self._lead(tokens, first, shown)
        return self._item(text, tokens, lead, shown) or self._comparison(text, tokens, lead, shown)

    def _lead(self, tokens: Sequence[RequestToken], first: int, shown: VisibleList) -> _Lead:
        stop, negative, says_like = first, False, False
        while stop < len(tokens) and not self._pointed(tokens, stop, shown):
            if no := self._negators.longest_at(tokens, stop):
                stop, negative = no[1], True
            elif like := self._likes.longest_at(tokens, stop):
                stop, says_like = like[1], True
            elif degree := self._degree.longest_at(tokens, stop):
                stop = degree[1]
            elif (role := self.finder.pack.role_table.longest_at(tokens, stop)) and role[0] in PASSED:
                stop = role[1]
            else:
                break
        return _Lead(first, stop, negative, says_like)

    def _item(
        self, text: str, tokens: Sequence[RequestToken], lead: _Lead, shown: VisibleList
    ) -> Reference | None:
        """An item that is pointed to; or one that is named behind "not", which requests read as words."""
        found = self._pointed(tokens, lead.stop, shown)
        if found is None and lead.negative and not lead.says_like:
            found = self.item_at(tokens, lead.stop, shown)
        if found is None or not found[0]:
            return None
        items, stop = found
        behind = self._negated_behind(tokens, stop)
        said, start = _said(text, tokens, lead.stop, stop), tokens[lead.stop].start
        constraint = Constraint("item", lead.negative or behind is not None, said, start, items=items)
        return Reference(lead.first, behind or stop, constraint)

    def _negated_behind(self, tokens: Sequence[RequestToken], stop: int) -> int | None:
        """The index behind a negation that ends what was said, as in Chinese: "the second one, no"."""
        role = self.finder.pack.role_table.longest_at(tokens, stop)
        if role is None or role[0] not in ("negator", "negates_before"):
            return None
        ends = role[1] == len(tokens) or not any(map(str.isalnum, tokens[role[1]].text))
        return role[1] if ends else None

    def _pointed(
        self, tokens: Sequence[RequestToken], first: int, shown: VisibleList
    ) -> tuple[tuple[int, ...], int] | None:
        if place := self.phrases.places.longest_at(tokens, first):
            return _items_at(place[0], shown.items), place[1]
        that = self.phrases.references.longest_at(tokens, first)
        if that is None or that[0] != "that":
            return None
        return _known(shown.topic or shown.items[:1]), that[1]

    def _comparison(
        self, text: str, tokens: Sequence[RequestToken], lead: _Lead, shown: VisibleList
    ) -> Reference | None:
        """A word that compares with nothing said: with the middle of the shown list, or with one of it."""
        found = self.finder.vocabulary.comparatives.longest_at(tokens, lead.stop)
        if found is None:
            return None
        stop, items = found[1], tuple(shown.items)
        if than := self.finder.pack.lead_tables["than"].longest_at(tokens, stop):
            pointed = self._pointed(tokens, than[1], shown)
            if pointed is None:
                return None  # a title or a number, which requests read
            items, stop = pointed
        bounds = self._bounds(found[0], items)
        if bounds is None:
            return None
        while degree := self._degree.longest_at(tokens, stop):
            stop = degree[1]
        said = _said(text, tokens, lead.stop, stop)
        column, start = found[0].column, tokens[lead.stop].start
        constraint = Constraint("number", lead.negative, said, start, column=column, range=bounds)
        return Reference(lead.first, stop, constraint)

    def _bounds(self, comparative: Comparative, items: Sequence[int]) -> NumberRange | None:
        """Beyond the middle of the items' own numbers; None where none is known."""
        nothing = np.zeros(0, np.float32)
        numbers: NDArray[np.float32] = self.finder.vocabulary.numbers.get(comparative.column, nothing)
        known = numbers[list(_known(items))] if len(numbers) else numbers
        known = known[np.isfinite(known)]
        if not len(known):
            return None
        way = "above" if comparative.rising else "below"
        return NumberRange.model_validate({"column": comparative.column, way: float(np.median(known))})

    @cached_property
    def _negators(self) -> PhraseTable[None]:
        return PhraseTable({phrase_of(text): None for text in self.finder.pack.negators})

    @cached_property
    def _likes(self) -> PhraseTable[None]:
        texts = [*self.finder.pack.leads["like"], *self.phrases.like]
        return PhraseTable({phrase_of(text): None for text in texts})

    @cached_property
    def _degree(self) -> PhraseTable[None]:
        return PhraseTable({phrase_of(text): None for text in self.phrases.degree})


def without_references(text: str, tokens: Sequence[RequestToken], references: Sequence[Reference]) -> str:
    """The text with a comma in the place of each reference; what is left keeps its place."""
    for reference in references:
        start, end = tokens[reference.first].start, tokens[reference.stop - 1].end
        text = f"{text[:start]}{',':<{end - start}}{text[end:]}"
    return text


def _name_tokens(finder: MentionFinder, tokens: Sequence[RequestToken]) -> set[int]:
    """Tokens that requests read as names: "the first" in a title is no place of the list."""
    named: Iterator[range] = (
        range(mention.first, mention.stop) for mention in finder.find(tokens) if mention.kind in NAMES
    )
    return {token for tokens_of in named for token in tokens_of}


def _items_at(place: int, items: Sequence[int]) -> tuple[int, ...]:
    """The item at a place of the list, counted from 1, or from the end if negative; none if it is shorter."""
    index = place - 1 if place > 0 else len(items) + place
    return _known(items[index : index + 1]) if 0 <= index < len(items) else ()


def _known(items: Sequence[int]) -> tuple[int, ...]:
    """Those that this catalogue has."""
    return tuple(item for item in items if item != NO_ITEM)


def _said(text: str, tokens: Sequence[RequestToken], first: int, stop: int) -> str:
    return text[tokens[first].start : tokens[stop - 1].end]
