"""Alternatives: names of a request of which any will do, and unwanted ones that are meant together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

from palate.rank.rules import NumberRange
from palate.steering.mentions import FILLERS, RequestMention
from palate.steering.negation import JOINTS, NAMES, Negation
from palate.steering.vocabulary import RequestVocabulary

SAID_NOTHING = (*FILLERS, "opener")


class NameGroup(NamedTuple):
    """Names that make one constraint."""

    places: Sequence[int]
    """Of their mentions, in the order of the words."""
    together: bool = False
    """Whether all are meant of one item, "romantic comedies", and not any."""


@dataclass(frozen=True)
class NameGrouper:
    """Groups the names among the mentions of one request."""

    mentions: Sequence[RequestMention]
    negation: Negation
    vocabulary: RequestVocabulary

    def groups(self) -> Iterator[NameGroup]:
        """Each name in one group, but for those that are an exception of another one."""
        excepted = self.negation.excepted
        left = [
            place
            for place, mention in enumerate(self.mentions)
            if mention.kind not in SAID_NOTHING and place not in excepted
        ]
        while left:
            group, count = self._group(left)
            if self.mentions[left[0]].kind in NAMES:
                yield group
            left = left[count:]

    def _group(self, left: Sequence[int]) -> tuple[NameGroup, int]:
        """The group that begins at the first place, and how many of the places it takes."""
        if together := self._together(left):
            return NameGroup(together, together=True), len(together)
        names, count = self._alternatives(left)
        return NameGroup(names), count

    def _together(self, left: Sequence[int]) -> list[int]:
        """Unwanted categories without a word between them, where some item has them all."""
        names: list[int] = []
        for place in left:
            if self.mentions[place].kind != "category" or not self.negation.negative[place]:
                break
            names.append(place)
        said = [self.mentions[place].meaning[0] for place in names]
        return names if len(names) > 1 and not self.vocabulary.exclude_each_other("", said) else []

    def _alternatives(self, left: Sequence[int]) -> tuple[list[int], int]:
        """Names that are joined, and how many of the places they and their joints take."""
        names, joints, count = [left[0]], set[str](), 1
        while (following := self._next_name(left, count)) < len(left) and following > count:
            if not self._is_alike(left[0], left[following]):
                break
            joints |= {self.mentions[place].kind for place in left[count:following]}
            names.append(left[following])
            count = following + 1
        if count < len(left) and self.mentions[left[count]].kind == "either":
            joints = {"or"}
        either = "or" in joints and "and" not in joints
        return (names, count) if either or self._exclude_each_other(names) else ([left[0]], 1)

    def _next_name(self, left: Sequence[int], start: int) -> int:
        """The index behind the joints from here on: a comma and "or" are one."""
        while start < len(left) and self.mentions[left[start]].kind in JOINTS:
            start += 1
        return start

    def _is_alike(self, one: int, other: int) -> bool:
        """Whether two names may be alternatives."""
        first, second = self.mentions[one], self.mentions[other]
        negative, exceptions = self.negation.negative, self.negation.exceptions
        if first.kind != second.kind or negative[one] != negative[other]:
            return False
        if first.kind == "number":
            return not negative[one] and is_span(first.meaning) and is_span(second.meaning)
        return first.kind in ("category", "value") and exceptions.get(one) == exceptions.get(other)

    def _exclude_each_other(self, places: Sequence[int]) -> bool:
        """Whether no item has any two of some wanted names, so that either must be meant."""
        mentions = [self.mentions[place] for place in places]
        if len(places) < 2 or self.negation.negative[places[0]]:
            return False
        match mentions[0].kind:
            case "number":
                return apart([mention.meaning for mention in mentions])
            case "value":
                said = [(mention.meaning[0].column, mention.meaning[0].name) for mention in mentions]
            case _:
                said = [("", mention.meaning[0]) for mention in mentions]
        return len({column for column, _ in said}) == 1 and all(
            self.vocabulary.exclude_each_other(column, (name, other))
            for (column, name), (_, other) in combinations(said, 2)
        )


def is_span(bounds: NumberRange) -> bool:
    """Whether both ends of a range are bounded, as of "the 80s"."""
    return bounds.min is not None and (bounds.max is not None or bounds.below is not None)


def apart(spans: Sequence[NumberRange]) -> bool:
    """Whether no number is in two of some ranges of the same column, each with both ends."""
    in_order = sorted(spans, key=_low)
    return len({span.column for span in spans}) == 1 and all(
        _high(one) <= _low(other) for one, other in pairwise(in_order)
    )


def one_span(spans: Sequence[NumberRange]) -> tuple[NumberRange, list[NumberRange]]:
    """The range from the first to the last of some, and the gaps between them, which are not meant."""
    in_order = sorted(spans, key=_low)
    last = max(in_order, key=_high)
    whole = in_order[0].model_copy(update={"max": last.max, "below": last.below})
    gaps = [
        NumberRange(column=one.column, below=_low(other), **_behind(one))
        for one, other in pairwise(in_order)
        if _high(one) < _low(other)
    ]
    return whole, gaps


def _behind(span: NumberRange) -> dict[str, float | None]:
    return {"min": span.below} if span.below is not None else {"above": span.max}


def _low(span: NumberRange) -> float:
    assert span.min is not None
    return span.min


def _high(span: NumberRange) -> float:
    high = span.below if span.below is not None else span.max
    assert high is not None
    return high
