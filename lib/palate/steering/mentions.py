"""Mentions: the tokens of a request grouped into names, ranges, small words with a role, and other words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from palate.rank.rules import NumberRange
from palate.steering.phrases import Lead, PhrasePack, Role
from palate.steering.quantities import QuantityReader
from palate.steering.tokens import RequestToken
from palate.steering.vocabulary import Comparative, RequestVocabulary, Value

QUOTES = dict(zip('"\u201c\u201e\u300a\u300c\u00ab', '"\u201d\u201c\u300b\u300d\u00bb', strict=True))
"""Closing quotation marks by their opening ones."""

NameKind = Literal["category", "value", "number", "item"]


class RequestMention(NamedTuple):
    """Some tokens and what they are."""

    kind: NameKind | Role | Literal["word"]
    first: int
    stop: int
    """Index of the token behind the last."""
    meaning: Any = None
    """Categories, values, catalogue indices, or a `NumberRange`."""
    negated: bool = False
    """Whether the word itself says that it is not wanted, as "horrorfrei" does."""


@dataclass(frozen=True)
class MentionFinder:
    """Finds mentions with the words of one language and the names of one catalogue."""

    pack: PhrasePack
    vocabulary: RequestVocabulary

    def find(self, tokens: Sequence[RequestToken]) -> list[RequestMention]:
        """All tokens, each in one mention, in their order."""
        mentions: list[RequestMention] = []
        first = 0
        while first < len(tokens):
            found = list(self._at(tokens, first, mentions))
            mentions += found
            first = found[-1].stop
        return mentions

    def _at(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> Iterator[RequestMention]:
        """The mentions that begin at a token; behind "like" there are two."""
        if range_ := self._range(tokens, first) or self._quoted(tokens, first):
            yield range_
            return
        if named := self._after_lead(tokens, first, before):
            yield from named
            return
        says_something = any(map(str.isalnum, tokens[first].text))
        other = RequestMention("word" if says_something else "filler", first, first + 1)
        yield self._name(tokens, first) or other

    def _name(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        """The longest category, value, or word with a role; of equally long ones the first of these."""
        found: list[RequestMention] = []
        if category := self.vocabulary.categories.longest_at(tokens, first):
            found.append(RequestMention("category", first, category[1], category[0]))
        if category := self.vocabulary.negated_categories.longest_at(tokens, first):
            found.append(RequestMention("category", first, category[1], category[0], negated=True))
        if value := self.vocabulary.values.longest_at(tokens, first):
            found.append(RequestMention("value", first, value[1], value[0]))
        if role := self.pack.role_table.longest_at(tokens, first):
            found.append(RequestMention(role[0], first, role[1]))
        if noun := self.vocabulary.nouns.longest_at(tokens, first):
            found.append(RequestMention("filler", first, noun[1]))
        return max(found, key=lambda mention: mention.stop, default=None)

    def _range(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        reader = QuantityReader(self.pack, self.vocabulary)
        if found := reader.range_at(tokens, first):
            return RequestMention("number", first, found.stop, found.range)
        compared = reader.comparative_at(tokens, first)
        item = self.title_at(tokens, compared[1]) if compared else None
        if compared is None or item is None:
            return None
        bounds = self._than_item(compared[0], item.meaning)
        return RequestMention("number", first, item.stop, bounds) if bounds else None

    def _than_item(self, comparative: Comparative, items: Sequence[int]) -> NumberRange | None:
        """Bounds by an item's own number: "shorter than Heat"."""
        numbers = self.vocabulary.numbers.get(comparative.column, np.zeros(0))[list(items)]
        known = numbers[np.isfinite(numbers)]
        if not len(known):
            return None
        bound = {"above": float(known.max())} if comparative.rising else {"below": float(known.min())}
        return NumberRange.model_validate({"column": comparative.column, **bound})

    def _quoted(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        closing = QUOTES.get(tokens[first].text) if first < len(tokens) else None
        item = self.title_at(tokens, first + 1) if closing else None
        if item is None or item.stop >= len(tokens) or tokens[item.stop].text != closing:
            return None
        return RequestMention("item", first, item.stop + 1, item.meaning)

    def _after_lead(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> list[RequestMention] | None:
        """An item behind "like", or behind "and" after another one; a person or a brand behind "by"."""
        joined = bool(before) and before[-1].kind in ("and", "or", "comma") and len(before) > 1
        if joined and before[-2].kind == "item" and (named := self.title_at(tokens, first)):
            return [named]
        if joined and before[-2].kind == "value" and (value := self._last_name(tokens, first)):
            return [value]
        start = self._lead(tokens, first, "like")
        if start and (item := self.title_at(tokens, start) or self._quoted(tokens, start)):
            return [RequestMention("filler", first, start), item]
        if (start := self._lead(tokens, first, "by")) and (value := self._last_name(tokens, start)):
            return [RequestMention("filler", first, start), value]
        return None

    def _lead(self, tokens: Sequence[RequestToken], first: int, lead: Lead) -> int | None:
        found = self.pack.lead_tables[lead].longest_at(tokens, first)
        return found[1] if found else None

    def title_at(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        """An item's title, unless its only word is one with another meaning, such as "It" or "Horror"."""
        found = self.vocabulary.titles.longest_at(tokens, first)
        if found is None:
            return None
        other = self._name(tokens, first)
        means_else = other is not None and other.stop >= found[1]
        return None if means_else else RequestMention("item", first, found[1], found[0])

    def _last_name(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        whole = self.vocabulary.values.longest_at(tokens, first)
        found: tuple[tuple[Value, ...], int] | None = whole or self.vocabulary.last_names.longest_at(
            tokens, first
        )
        return RequestMention("value", first, found[1], found[0]) if found else None
