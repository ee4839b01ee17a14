"""Steering in words: a rule-based reader of requests such as "no horror, before 1990, like Heat".

A small language of mentions and the words around them is read, in any language that has a pack of phrases:
what a negation governs, which names are alternatives, and what is left over to steer by its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa

from palate.config import ColumnsConfig, SteeringConfig
from palate.rank.filters import ItemFacts
from palate.rank.rules import NumberRange
from palate.steering.alternatives import NameGroup, NameGrouper, one_span
from palate.steering.constraints import Constraint, Steering
from palate.steering.mentions import FILLERS, MentionFinder, RequestMention
from palate.steering.names.titles import TitleArrays
from palate.steering.negation import Negation, negation_of
from palate.steering.phrases import phrase_pack
from palate.steering.vocabulary import CatalogueNames, Value

BETWEEN_WORDS = (*FILLERS, "and", "or")
WORDS = ("word", "compared")


class RequestReader:
    """Reads requests about one catalogue in every language that there are phrases for."""

    def __init__(
        self,
        catalogue: pa.Table,
        columns: ColumnsConfig,
        facts: ItemFacts,
        settings: SteeringConfig,
        titles: TitleArrays | None = None,
    ) -> None:
        """Take what the columns mean, how requests are read, and `titles` as `CatalogueNames` does.

        `PalateError` for a language that there are no phrases for.
        """
        names = CatalogueNames(catalogue, columns, facts, settings, titles=titles)
        packs = [phrase_pack(language) for language in settings.languages]
        self._finders = {pack.language: MentionFinder(pack, names.in_language(pack)) for pack in packs}

        self.facts = facts
        """What the catalogue's items are."""

    @property
    def finders(self) -> Mapping[str, MentionFinder]:
        """What finds names and words with a role, by language."""
        return self._finders

    def read(self, text: str) -> Steering:
        """What a request asks for, in the language that explains most of its words."""
        readings = {language: _Reading(text, finder) for language, finder in self._finders.items()}
        language = min(readings, key=lambda name: readings[name].unknown)
        return readings[language].steering(language)

    def language_of(self, steering: Steering) -> str:
        """The language that something was read in; the first of the settings where nothing was."""
        return steering.language or next(iter(self._finders))

    def read_in(self, text: str, language: str) -> Steering:
        """What a request asks for, read in this language."""
        return _Reading(text, self._finders[language]).steering(language)


class _Reading:
    """One request on its way from mentions to constraints."""

    def __init__(self, text: str, finder: MentionFinder) -> None:
        self._text, self._tokens = text, finder.tokens(text)
        self._mentions, self._vocabulary = finder.find(self._tokens), finder.vocabulary
        self._has_enumerations = "enumeration" in finder.pack.roles

    @cached_property
    def _negation(self) -> Negation:
        """Of the language alone that the request is read in: `unknown` needs none."""
        return negation_of(self._mentions, comma_lists=not self._has_enumerations)

    @property
    def unknown(self) -> int:
        """How many words say nothing to the reader."""
        return sum(mention.kind == "word" for mention in self._mentions)

    def steering(self, language: str) -> Steering:
        constraints = [*self._named(), *self._unwanted_texts()]
        if not constraints:
            return Steering((), self._text.strip(), language)
        in_order = sorted(constraints, key=lambda constraint: constraint.start)
        return Steering(tuple(in_order), self._rest(), language)

    def _named(self) -> Iterator[Constraint]:
        """The constraints of each name, or of each group of names."""
        for group in NameGrouper(self._mentions, self._negation, self._vocabulary).groups():
            yield from self._constraints(group)

    def _constraints(self, group: NameGroup) -> Iterator[Constraint]:
        mentions = [self._mentions[place] for place in group.places]
        first, last = mentions[0], mentions[-1]
        common: dict[str, Any] = {
            "negative": self._negation.negative[group.places[0]],
            "text": self._said(first.first, last.stop),
            "start": self._tokens[first.first].start,
        }
        match first.kind:
            case "category":
                names = tuple(dict.fromkeys(name for mention in mentions for name in mention.meaning))
                unless = self._unless(group.places, names)
                yield Constraint("category", names=names, together=group.together, unless=unless, **common)
            case "number":
                yield from _of_each_range([mention.meaning for mention in mentions], common)
            case "item":
                yield Constraint("item", items=first.meaning, **common)
            case "compared":
                yield Constraint("shown", items=first.meaning, **{**common, "negative": True})
            case "value":
                yield from _of_each_column(
                    [value for mention in mentions for value in mention.meaning], common
                )

    def _unless(self, hosts: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
        """The categories that are excepted from unwanted ones."""
        excepted = [
            self._mentions[place] for host in hosts for place in self._negation.exceptions.get(host, ())
        ]
        others = [name for mention in excepted if mention.kind == "category" for name in mention.meaning]
        return tuple(dict.fromkeys(name for name in others if name not in names))

    def _unwanted_texts(self) -> Iterator[Constraint]:
        """Runs of words that no name is, but that a negation governs."""
        for first, last in self._runs(negative=True):
            text = self._said(first, last)
            yield Constraint("text", negative=True, text=text, start=self._tokens[first].start)

    def _rest(self) -> str:
        return ", ".join(self._said(first, last) for first, last in self._runs(negative=False))

    def _runs(self, *, negative: bool) -> Iterator[tuple[int, int]]:
        """Words that stand together, with the fillers between them: the first token, and behind the last."""
        run: list[RequestMention] = []
        for mention, is_negative in zip(self._mentions, self._negation.negative, strict=True):
            if mention.kind in WORDS and is_negative == negative:
                run.append(mention)
            elif run and not (mention.kind in BETWEEN_WORDS and is_negative == negative):
                yield run[0].first, run[-1].stop
                run = []
        if run:
            yield run[0].first, run[-1].stop

    def _said(self, first: int, stop: int) -> str:
        return self._text[self._tokens[first].start : self._tokens[stop - 1].end]


def _of_each_range(spans: Sequence[NumberRange], common: Mapping[str, Any]) -> Iterator[Constraint]:
    """One range, or several as the one from the first to the last, less the gaps between them."""
    whole, gaps = one_span(spans) if len(spans) > 1 else (spans[0], [])
    yield Constraint("number", range=whole, column=whole.column, **common)
    for gap in gaps:
        yield Constraint("number", range=gap, column=gap.column, **{**common, "negative": True})


def _of_each_column(values: Sequence[Value], common: Mapping[str, Any]) -> Iterator[Constraint]:
    """A name may be in several columns: the one that has it first counts, or all where it is not wanted."""
    columns = list(dict.fromkeys(value.column for value in values))
    for column in columns if common["negative"] else columns[:1]:
        names = tuple(dict.fromkeys(value.name for value in values if value.column == column))
        yield Constraint("value", names=names, column=column, **common)
