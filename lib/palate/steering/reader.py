"""Steering in words: a rule-based reader of requests such as "no horror, before 1990, like Heat".

A small language of mentions and the words around them is read, in any language that has a pack of phrases:
what a negation governs, which names are alternatives, and what is left over to steer by its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from palate.config import ColumnsConfig, SteeringConfig
from palate.rank.filters import ItemFacts
from palate.steering.constraints import Constraint, Steering
from palate.steering.mentions import MentionFinder, RequestMention
from palate.steering.phrases import phrase_pack
from palate.steering.tokens import RequestToken, tokenize
from palate.steering.vocabulary import CatalogueNames, Value

NAMES = ("category", "value", "number", "item")
BETWEEN_WORDS = ("filler", "and", "or")
JOINTS = ("and", "or", "comma")


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

    def read(self, text: str) -> Steering:
        """What a request asks for, in the language that explains most of its words."""
        tokens = tokenize(text)
        read = {language: finder.find(tokens) for language, finder in self._finders.items()}
        language = min(read, key=lambda name: sum(mention.kind == "word" for mention in read[name]))
        return _Reading(text, tokens, read[language]).steering(language)


class _Reading:
    """One request on its way from mentions to constraints."""

    def __init__(self, text: str, tokens: Sequence[RequestToken], mentions: Sequence[RequestMention]) -> None:
        self._text, self._tokens, self._mentions = text, tokens, mentions
        self._negative = list(_governed(mentions))

    def steering(self, language: str) -> Steering:
        constraints = [*self._named(), *self._unwanted_texts()]
        if not constraints:
            return Steering((), self._text.strip(), language)
        in_order = sorted(constraints, key=lambda constraint: constraint.start)
        return Steering(tuple(in_order), self._rest(), language)

    def _named(self) -> Iterator[Constraint]:
        """A constraint for each name, or for each group of alternatives."""
        place = 0
        while place < len(self._mentions):
            stop = self._alternatives(place)
            if self._mentions[place].kind in NAMES:
                yield from self._constraints(place, stop)
            place = stop

    def _alternatives(self, place: int) -> int:
        """The place behind the last name that "or" joins to this one, or else the place behind this one."""
        kind, negative = self._mentions[place].kind, self._negative[place]
        stop, joints = place + 1, []
        while (
            kind in ("category", "value")
            and stop + 1 < len(self._mentions)
            and self._mentions[stop].kind in JOINTS
            and self._mentions[stop + 1].kind == kind
            and self._negative[stop + 1] == negative
        ):
            joints.append(self._mentions[stop].kind)
            stop += 2
        return stop if "or" in joints and "and" not in joints else place + 1

    def _constraints(self, place: int, stop: int) -> Iterator[Constraint]:
        mentions = self._mentions[place:stop:2]
        first, last = mentions[0], mentions[-1]
        said = self._said(first.first, last.stop)
        common = {"negative": self._negative[place], "text": said, "start": self._tokens[first.first].start}
        match first.kind:
            case "category":
                names = tuple(dict.fromkeys(name for mention in mentions for name in mention.meaning))
                yield Constraint("category", names=names, **common)  # type: ignore[arg-type]
            case "number":
                yield Constraint("number", range=first.meaning, column=first.meaning.column, **common)  # type: ignore[arg-type]
            case "item":
                yield Constraint("item", items=first.meaning, **common)  # type: ignore[arg-type]
            case "value":
                values = [value for mention in mentions for value in mention.meaning]
                yield from _of_each_column(values, common)

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
            if mention.kind == "word" and is_negative == negative:
                run.append(mention)
            elif run and not (mention.kind in BETWEEN_WORDS and is_negative == negative):
                yield run[0].first, run[-1].stop
                run = []
        if run:
            yield run[0].first, run[-1].stop

    def _said(self, first: int, stop: int) -> str:
        return self._text[self._tokens[first].start : self._tokens[stop - 1].end]


def _governed(mentions: Sequence[RequestMention]) -> Iterator[bool]:
    """Whether a negation governs each mention."""
    negative = next_only = governs = False
    for place, mention in enumerate(mentions):
        match mention.kind:
            case "negator":
                negative, governs = True, False
            case "next_only":
                next_only = True
            case "opener" if governs:  # in "do not want horror" nothing has been negated yet
                negative = next_only = False
            case "break":
                negative = next_only = False
            case "comma":
                negative = negative and _list_goes_on(mentions, place)
        yield negative or next_only or mention.negated or _negates_before(mentions, place)
        if mention.kind in (*NAMES, "word"):
            next_only, governs = False, True


def _negates_before(mentions: Sequence[RequestMention], place: int) -> bool:
    """Whether the next mention negates this one: "horror-free"."""
    following = mentions[place + 1].kind if place + 1 < len(mentions) else ""
    return mentions[place].kind in NAMES and following == "negates_before"


def _list_goes_on(mentions: Sequence[RequestMention], comma: int) -> bool:
    """Whether a list of names goes on behind a comma up to an "or" or "and": "no horror, war or crime"."""
    for left, right in zip(mentions[comma::2], mentions[comma + 1 :: 2], strict=False):
        if left.kind not in JOINTS or right.kind not in NAMES:
            return False
        if left.kind != "comma":
            return True
    return False


def _of_each_column(values: Sequence[Value], common: Mapping[str, object]) -> Iterator[Constraint]:
    """A name may be in several columns: the one that has it first counts."""
    column = values[0].column
    names = tuple(dict.fromkeys(value.name for value in values if value.column == column))
    yield Constraint("value", names=names, column=column, **common)  # type: ignore[arg-type]
