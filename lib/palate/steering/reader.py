"""Steering in words: a rule-based reader of requests such as "no horror, before 1990, like Heat".

A small language of mentions and the words around them is read, in any language that has a pack of phrases:
what a negation governs, which names are alternatives, and what is left over to steer by its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import pyarrow as pa

from palate.config import ColumnsConfig, SteeringConfig
from palate.rank.filters import ItemFacts
from palate.steering.constraints import Constraint, Steering
from palate.steering.mentions import FILLERS, MentionFinder, RequestMention
from palate.steering.negation import JOINTS, NAMES, negation_of
from palate.steering.phrases import phrase_pack
from palate.steering.tokens import RequestToken, tokenize
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
    ) -> None:
        """Take what the catalogue's columns mean, and how requests are read.

        `PalateError` for a language that there are no phrases for.
        """
        names = CatalogueNames(catalogue, columns, facts, settings)
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
        tokens = tokenize(text)
        readings = {language: _Reading(text, tokens, finder) for language, finder in self._finders.items()}
        language = min(readings, key=lambda name: readings[name].unknown)
        return readings[language].steering(language)

    def language_of(self, steering: Steering) -> str:
        """The language that something was read in; the first of the settings where nothing was."""
        return steering.language or next(iter(self._finders))

    def read_in(self, text: str, language: str) -> Steering:
        """What a request asks for, read in this language."""
        tokens = tokenize(text)
        return _Reading(text, tokens, self._finders[language]).steering(language)


class _Reading:
    """One request on its way from mentions to constraints."""

    def __init__(self, text: str, tokens: Sequence[RequestToken], finder: MentionFinder) -> None:
        self._text, self._tokens = text, tokens
        self._mentions, self._vocabulary = finder.find(tokens), finder.vocabulary
        self._negative, self._exceptions = negation_of(
            self._mentions, comma_lists="enumeration" not in finder.pack.roles
        )

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
        """A constraint for each name, or for each group of alternatives."""
        excepted = {place for places in self._exceptions.values() for place in places}
        said_nothing = (*FILLERS, "opener")
        places = [place for place, mention in enumerate(self._mentions) if mention.kind not in said_nothing]
        while places:
            names, count = self._alternatives(places)
            if self._mentions[places[0]].kind in NAMES and places[0] not in excepted:
                yield from self._constraints(names)
            places = places[count:]

    def _alternatives(self, places: Sequence[int]) -> tuple[list[int], int]:
        """The places of names of which any will do, and how many of the places they and their joints take."""
        names, joints, count = [places[0]], set[str](), 1
        while (following := self._next_name(places, count)) < len(places):
            if not self._is_alike(places[0], places[following]) or following == count:
                break
            joints |= {self._mentions[place].kind for place in places[count:following]}
            names.append(places[following])
            count = following + 1
        either = "or" in joints and "and" not in joints
        return (names, count) if either or self._exclude_each_other(names) else ([places[0]], 1)

    def _next_name(self, places: Sequence[int], start: int) -> int:
        """The index behind the joints from here on: a comma and "or" are one."""
        while start < len(places) and self._mentions[places[start]].kind in JOINTS:
            start += 1
        return start

    def _is_alike(self, one: int, other: int) -> bool:
        """Whether two names may be alternatives."""
        kind = self._mentions[one].kind
        same = kind == self._mentions[other].kind and self._negative[one] == self._negative[other]
        return same and kind in ("category", "value") and self._exceptions.get(one) == self._exceptions.get(other)

    def _exclude_each_other(self, places: Sequence[int]) -> bool:
        """Whether no item has any two of some wanted names, so that either must be meant: "Reuters and BBC"."""
        if len(places) < 2 or self._negative[places[0]]:
            return False
        mentions = [self._mentions[place] for place in places]
        if mentions[0].kind == "value":
            said = [(mention.meaning[0].column, mention.meaning[0].name) for mention in mentions]
        else:
            said = [("", mention.meaning[0]) for mention in mentions]
        pairs = combinations(said, 2)
        return len({column for column, _ in said}) == 1 and all(
            self._vocabulary.exclude_each_other(one[0], (one[1], other[1])) for one, other in pairs
        )

    def _constraints(self, places: Sequence[int]) -> Iterator[Constraint]:
        mentions = [self._mentions[place] for place in places]
        first, last = mentions[0], mentions[-1]
        said = self._said(first.first, last.stop)
        common = {
            "negative": self._negative[places[0]],
            "text": said,
            "start": self._tokens[first.first].start,
        }
        match first.kind:
            case "category":
                names = tuple(dict.fromkeys(name for mention in mentions for name in mention.meaning))
                unless = self._unless(places[0], names)
                yield Constraint("category", names=names, unless=unless, **common)  # type: ignore[arg-type]
            case "number":
                yield Constraint("number", range=first.meaning, column=first.meaning.column, **common)  # type: ignore[arg-type]
            case "item":
                yield Constraint("item", items=first.meaning, **common)  # type: ignore[arg-type]
            case "compared":
                known = common | {"negative": True}
                yield Constraint("shown", items=first.meaning, **known)  # type: ignore[arg-type]
            case "value":
                values = [value for mention in mentions for value in mention.meaning]
                yield from _of_each_column(values, common)

    def _unless(self, host: int, names: Sequence[str]) -> tuple[str, ...]:
        """The categories that are excepted from unwanted ones."""
        excepted = [self._mentions[place] for place in self._exceptions.get(host, ())]
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
        for mention, is_negative in zip(self._mentions, self._negative, strict=True):
            if mention.kind in WORDS and is_negative == negative:
                run.append(mention)
            elif run and not (mention.kind in BETWEEN_WORDS and is_negative == negative):
                yield run[0].first, run[-1].stop
                run = []
        if run:
            yield run[0].first, run[-1].stop

    def _said(self, first: int, stop: int) -> str:
        return self._text[self._tokens[first].start : self._tokens[stop - 1].end]


def _of_each_column(values: Sequence[Value], common: Mapping[str, object]) -> Iterator[Constraint]:
    """A name may be in several columns: the one that has it first counts, or all where it is not wanted."""
    columns = list(dict.fromkeys(value.column for value in values))
    for column in columns if common["negative"] else columns[:1]:
        names = tuple(dict.fromkeys(value.name for value in values if value.column == column))
        yield Constraint("value", names=names, column=column, **common)  # type: ignore[arg-type]
