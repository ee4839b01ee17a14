"""Mentions: the tokens of a request grouped into names, ranges, small words with a role, and other words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from palate.rank.rules import NumberRange
from palate.steering.phrases import Lead, PhrasePack, Role
from palate.steering.quantities.ranges import QuantityReader
from palate.steering.tokens import RequestToken, parted, tokenize
from palate.steering.vocabulary import Comparative, RequestVocabulary, Value

QUOTES = dict(zip("\"'\u201c\u201e\u300a\u300c\u00ab", "\"'\u201d\u201c\u300b\u300d\u00bb", strict=True))
"""Closing quotation marks by their opening ones."""

NameKind = Literal["category", "value", "number", "item", "compared"]
FILLERS = ("filler", "attribute_end", "exception_end")
"""Kinds of mentions that say nothing of what they stand beside."""
NEGATORS = ("negator", "attribute_negator", "exception")
BEFORE_ANOTHER = ("and", "or", "enumeration", "comma")
BEFORE_COMPARATIVE = ("and", "comma", "break", "opener", "negator")
LONG_TITLE = 2
"""Words of a title that is one wherever "not" stands before it."""


LEAST_PART = 3
"""Letters of the shortest part of a compound."""


class RequestMention(NamedTuple):
    """Some tokens and what they are."""

    kind: NameKind | Role | Literal["word"]
    """`compared` is an item with which one is compared in a way that the catalogue does not know."""
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

    def tokens(self, text: str) -> list[RequestToken]:
        """A text's tokens; slips in names are put right, and compounds of two categories parted."""
        return [
            part
            for token in tokenize(text)
            for part in self._parts(self.vocabulary.spelling.corrected(token))
        ]

    def _parts(self, token: RequestToken) -> Sequence[RequestToken]:
        if not self.pack.compounds or self.vocabulary.spelling.knows(token.text):
            return [token]
        for place in range(LEAST_PART, len(token.text) - LEAST_PART + 1):
            first, second = parted(token, place)
            if (first.text,) in self.vocabulary.categories and (second.text,) in self.vocabulary.categories:
                return [first, second]
        return [token]

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
        if range_ := self._range(tokens, first, before) or self._quoted(tokens, first):
            yield range_
            return
        if named := self._item(tokens, first, before) or self._person_or_brand(tokens, first, before):
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
        if role := self.pack.role_at(tokens, first):
            found.append(RequestMention(role[0], first, role[1]))
        if noun := self.vocabulary.nouns.longest_at(tokens, first):
            found.append(RequestMention("filler", first, noun[1]))
        return max(found, key=lambda mention: mention.stop, default=None)

    # Numbers, and comparisons with an item.

    def _range(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> RequestMention | None:
        reader = QuantityReader(self.pack, self.vocabulary)
        if found := reader.range_at(tokens, first):
            return RequestMention("number", first, found.stop, found.range)
        if compared := reader.comparative_at(tokens, first):
            item = self.title_at(tokens, compared[1])
            return self._than_item(compared[0], item, first, item.stop) if item else None
        return self._compared_item(tokens, first) or self._than_named_item(tokens, first, before)

    def _compared_item(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        """An item behind "than": bounds if a word that compares follows, and else `compared`."""
        start = self._lead(tokens, first, "than")
        item = self._title_behind(tokens, start) if start else None
        if item is None:
            return None
        place = self._after_marks(tokens, item.stop)
        if found := self.vocabulary.comparatives.longest_at(tokens, place):
            return self._than_item(found[0], item, first, found[1])
        return RequestMention("compared", first, item.stop, item.meaning)

    def _than_named_item(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> RequestMention | None:
        """A word that compares with the item that was named: "like Heat, but shorter"."""
        items = [mention for mention in before if mention.kind == "item"]
        said = [mention.kind for mention in before if mention.kind not in FILLERS]
        place = self._after_marks(tokens, first)
        marked = place > first or not self.pack.comparative_marks
        found = self.vocabulary.comparatives.longest_at(tokens, place) if items and marked else None
        if found is None or (said[-1] not in BEFORE_COMPARATIVE and place == first):
            return None
        return self._than_item(found[0], items[-1], first, found[1])

    def _after_marks(self, tokens: Sequence[RequestToken], start: int) -> int:
        while mark := self.pack.mark_table.longest_at(tokens, start):
            start = mark[1]
        return start

    def _than_item(
        self, comparative: Comparative, item: RequestMention, first: int, stop: int
    ) -> RequestMention | None:
        """Bounds by an item's own number: "shorter than Heat"."""
        numbers = self.vocabulary.numbers.get(comparative.column, np.zeros(0))[list(item.meaning)]
        known = numbers[np.isfinite(numbers)]
        if not len(known):
            return None
        bound = {"above": float(known.max())} if comparative.rising else {"below": float(known.min())}
        bounds = NumberRange.model_validate({"column": comparative.column, **bound})
        return RequestMention("number", first, stop, bounds)

    # Items.

    def _quoted(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        closing = QUOTES.get(tokens[first].text) if first < len(tokens) else None
        item = self.title_at(tokens, first + 1) if closing else None
        if item is None or item.stop >= len(tokens) or tokens[item.stop].text != closing:
            return None
        return RequestMention("item", first, item.stop + 1, item.meaning)

    def _item(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> list[RequestMention] | None:
        """An item behind "like" or "hated", after another one, or before "was boring"."""
        for lead, kind in (("dislike", "negator"), ("like", "filler")):
            start = self._lead(tokens, first, lead)  # type: ignore[arg-type]
            if start and (item := self._title_behind(tokens, start)):
                return [RequestMention(kind, first, start), item]  # type: ignore[arg-type]
        item = self.title_at(tokens, first)
        if item is None:
            return None
        is_known = _goes_on(before) or self._is_judged(tokens, item.stop)
        return [item] if is_known or _is_denied(item, before) else None

    def _is_judged(self, tokens: Sequence[RequestToken], start: int) -> bool:
        """Whether "was great" or "was boring" follows, behind words that say nothing."""
        while True:
            if self._lead(tokens, start, "praise"):
                return True
            role = self.pack.role_at(tokens, start)
            if role is None or role[0] != "filler":
                return role is not None and role[0] == "negates_before"
            start = role[1]

    def _title_behind(self, tokens: Sequence[RequestToken], start: int) -> RequestMention | None:
        """The title at a token, or behind words that say nothing: "like *the film* Heat"."""
        while start < len(tokens):
            if item := self.title_at(tokens, start) or self._quoted(tokens, start):
                return item._replace(first=start)
            found = self._name(tokens, start)
            if found is None or found.kind != "filler":
                return None
            start = found.stop
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

    # People and brands.

    def _person_or_brand(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> list[RequestMention] | None:
        """A value, or its last word: behind "by" or "no", after another one, or before a noun."""
        if behind := self._behind_by(tokens, first, before):
            return behind
        said = [mention for mention in before if mention.kind not in FILLERS]
        joined = [mention.kind for mention in said[-2:-1]] == ["value"] and said[-1].kind in BEFORE_ANOTHER
        if joined and (value := self._value_at(tokens, first)):
            return [value]
        if self._name(tokens, first) or not (short := self.vocabulary.last_names.longest_at(tokens, first)):
            return None
        denied = bool(said) and said[-1].kind in NEGATORS
        return (
            [RequestMention("value", first, short[1], short[0])]
            if denied or self._noun(tokens, short[1])
            else None
        )

    def _behind_by(
        self, tokens: Sequence[RequestToken], first: int, before: Sequence[RequestMention]
    ) -> list[RequestMention] | None:
        column = self.vocabulary.value_leads.longest_at(tokens, first)
        starts = [found for found in (column and column[1], self._lead(tokens, first, "by")) if found]
        value = self._value_at(tokens, max(starts)) if starts else None
        if value is None:
            return None
        if before and before[-1].kind == "item" and self._made(before[-1].meaning, value.meaning):
            return [RequestMention("filler", first, value.stop)]
        of_column = [one for one in value.meaning if column and one.column == column[0]]
        meaning = tuple(of_column) or value.meaning
        return [RequestMention("filler", first, max(starts)), value._replace(meaning=meaning)]

    def _made(self, items: Sequence[int], values: Sequence[Value]) -> bool:
        """Whether one of the items has one of the values, as in "Hello by Adele"."""
        return any(self.vocabulary.has(item, value) for item in items for value in values)

    def _noun(self, tokens: Sequence[RequestToken], first: int) -> bool:
        """Whether what items or a category are called follows: "a Hitchcock thriller"."""
        tables = (self.vocabulary.nouns, self.vocabulary.categories)
        found = self.pack.role_table.longest_at(tokens, first)
        places = [first, found[1]] if found and found[0] == "attribute_end" else [first]
        return any(table.longest_at(tokens, place) for table in tables for place in places)

    def _value_at(self, tokens: Sequence[RequestToken], first: int) -> RequestMention | None:
        whole = self.vocabulary.values.longest_at(tokens, first)
        found: tuple[tuple[Value, ...], int] | None = whole or self.vocabulary.last_names.longest_at(
            tokens, first
        )
        return RequestMention("value", first, found[1], found[0]) if found else None


def _is_denied(item: RequestMention, before: Sequence[RequestMention]) -> bool:
    """Whether "except" stands before a title, or "not" before one that is long enough to be nothing else."""
    denying = before[-1].kind if before else None
    return denying == "exception" or (denying in NEGATORS and item.stop - item.first >= LONG_TITLE)


def _goes_on(before: Sequence[RequestMention]) -> bool:
    """Whether another item may follow: one was named, and "and", "or", "not" or a comma stands last."""
    said = [mention.kind for mention in before if mention.kind not in FILLERS]
    return bool(said) and said[-1] in (*BEFORE_ANOTHER, *NEGATORS) and "item" in said
