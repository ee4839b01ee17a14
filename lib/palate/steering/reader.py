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

        self.facts = facts
        """What the catalogue's items are."""

    @property
    def finders(self) -> Mapping[str, MentionFinder]:
        """What finds names and words with a role, by language."""
        return self._finders

    def read(self, text: str) -> Steering:
        """What a request asks for, in the language that explains most of its words."""
        tokens = tokenize(text)
        read = {language: finder.find(tokens) for language, finder in self._finders.items()}
        language = min(read, key=lambda name: sum(mention.kind == "word" for mention in read[name]))
        return _Reading(text, tokens, read[language]).steering(language)

    def language_of(self, steering: Steering) -> str:
        """The language that something was read in; the first of the settings where nothing was."""
        return steering.language or next(iter(self._finders))

    def read_in(self, text: str, language: str) -> Steering:
        """What a request asks for, read in this language."""
        tokens = tokenize(text)
        return _Reading(text, tokens, self._finders[language].find(tokens)).steering(language)


class _Reading:
    """One request on its way from mentions to constraints."""

    def __init__(self, text: str, tokens: Sequence[RequestToken], mentions: Sequence[RequestMention]) -> None:
        self._text, self._tokens, self._mentions = text, tokens, mentions
        self._negative = _governed(mentions)

    def steering(self, language: str) -> Steering:
        constraints = [*self._named(), *self._unwanted_texts()]
        if not constraints:
            return Steering((), self._text.strip(), language)
        in_order = sorted(constraints, key=lambda constraint: constraint.start)
        return Steering(tuple(in_order), self._rest(), language)

    def _named(self) -> Iterator[Constraint]:
        """A constraint for each name, or for each group of alternatives."""
        places = [place for place, mention in enumerate(self._mentions) if mention.kind != "filler"]
        while places:
            count = self._alternatives(places)
            if self._mentions[places[0]].kind in NAMES:
                yield from self._constraints(places[:count:2])
            places = places[count:]

    def _alternatives(self, places: Sequence[int]) -> int:
        """How many of the places are names that "or" joins to the first one, and the joints between them."""
        kinds = [self._mentions[place].kind for place in places]
        count = 1
        while (
            kinds[0] in ("category", "value")
            and count + 1 < len(places)
            and kinds[count] in JOINTS
            and kinds[count + 1] == kinds[0]
            and self._negative[places[count + 1]] == self._negative[places[0]]
        ):
            count += 2
        joints = kinds[1:count:2]
        return count if "or" in joints and "and" not in joints else 1

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


def _governed(mentions: Sequence[RequestMention]) -> list[bool]:
    """Whether a negation governs each mention."""
    governed: list[bool] = []
    negative = next_only = governs = False
    for place, mention in enumerate(mentions):
        match mention.kind:
            case "negator" if not _ends_here(mentions, place):
                negative, governs = True, False
            case "negator" | "negates_before":
                _negate_names_before(governed, mentions, place)
            case "next_only":
                next_only = True
            case "opener" if governs:  # in "do not want horror" nothing has been negated yet
                negative = next_only = False
            case "break":
                negative = next_only = False
            case "comma":
                negative = negative and _list_goes_on(mentions, place)
        governed.append(negative or next_only or mention.negated)
        if mention.kind in (*NAMES, "word"):
            next_only, governs = False, True
    return governed


def _ends_here(mentions: Sequence[RequestMention], place: int) -> bool:
    """Whether nothing follows that a negation could govern, so that it is of what stands before it."""
    following = [mention.kind for mention in mentions[place + 1 :] if mention.kind != "filler"]
    before = [mention.kind for mention in mentions[:place] if mention.kind != "filler"]
    return before[-1:] != [] and before[-1] in NAMES and following[:1] in ([], ["comma"], ["break"])


def _negate_names_before(governed: list[bool], mentions: Sequence[RequestMention], place: int) -> None:
    """Negate the names right before a place, and those joined to them: "horror and war excluded"."""
    for before in range(place - 1, -1, -1):
        kind = mentions[before].kind
        if kind in NAMES:
            governed[before] = True
        elif kind not in ("filler", "and", "or"):
            return


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
