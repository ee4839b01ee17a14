"""Negation: which mentions of a request are not wanted, and which are excepted from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from palate.steering.mentions import FILLERS, NEGATORS, RequestMention

NAMES = ("category", "value", "number", "item", "compared")
BREAKS = ("break", "question")
BETWEEN_NAMES = (*FILLERS, "and", "or", "enumeration")
JOINTS = ("and", "or", "enumeration", "comma")


class Negation(NamedTuple):
    """How far the negations of a request reach."""

    negative: Sequence[bool]
    """Whether each mention is not wanted."""
    exceptions: Mapping[int, Sequence[int]]
    """By the place of an unwanted mention, those with which it is wanted: "no sports except tennis"."""

    @property
    def excepted(self) -> frozenset[int]:
        """Places of the mentions that are an exception of another one."""
        return frozenset(place for places in self.exceptions.values() for place in places)


def negation_of(mentions: Sequence[RequestMention], *, comma_lists: bool = True) -> Negation:
    """Follow the mentions from the first to the last.

    With `comma_lists` "a, b and c" may be one list before a negation: not where lists have a comma of
    their own.
    """
    reach = _Reach(mentions, comma_lists)
    for place in range(len(mentions)):
        reach.take(place)
    reach.turn_first_exceptions()
    return Negation(reach.negative, reach.exceptions)


@dataclass
class _Reach:
    """What is negated up to a mention."""

    mentions: Sequence[RequestMention]
    comma_lists: bool
    negative: list[bool] = field(default_factory=list)
    exceptions: dict[int, list[int]] = field(default_factory=dict)
    _governs: bool = False
    """Whether a negation reaches here."""
    _next_only: bool = False
    _has_governed: bool = False
    """Whether the last negation has governed anything yet: in "do not want horror" it has not at "want"."""
    _has_named: bool = False
    """Whether it has governed a name."""
    _ends_with_attribute: bool = False
    _hosts: Sequence[int] = ()
    """What is being excepted from."""
    _in_exception: bool = False
    _first_exceptions: list[int] = field(default_factory=list)
    """Places of "except" that nothing unwanted stands before."""

    def take(self, place: int) -> None:
        """Go on to the next mention."""
        mention = self.mentions[place]
        self._change(place)
        governed = self._governs or self._next_only or mention.negated
        self.negative.append(governed and not self._hosts)
        if mention.kind in NAMES:
            for host in self._hosts:
                self.exceptions.setdefault(host, []).append(place)
            self._has_named = True
        if mention.kind in (*NAMES, "word"):
            self._next_only, self._has_governed = False, True

    def _change(self, place: int) -> None:
        match self.mentions[place].kind:
            case "negator" | "attribute_negator" if not _ends_clause(self.mentions, place):
                self._begin(place)
            case "negator" | "attribute_negator":
                self._negate_before(place, across_words=True)
            case "negates_before" | "exception_end" if self._in_exception:
                self._end()
            case "negates_before":
                self._negate_before(place, across_words=_ends_clause(self.mentions, place))
            case "exception" if not _ends_clause(self.mentions, place):
                self._begin_exception(place)
            case "exception" | "excepts_before":
                self._except_before(place)
            case "next_only":
                self._next_only = True
            case "attribute_end" if self._ends_with_attribute and self._has_governed:
                self._end_attribute(place)
            case "opener" if self._has_governed:
                self._end()
            case "break" | "question":
                self._end()
            case "comma" if not (_list_goes_on(self.mentions, place) or self._is_behind_exception(place)):
                self._end()

    def _begin(self, place: int) -> None:
        self._end()
        self._governs = True
        self._ends_with_attribute = self.mentions[place].kind == "attribute_negator"
        self._has_governed = self._has_named = False

    def _end(self) -> None:
        self._governs = self._next_only = self._in_exception = False
        self._hosts = ()

    def _is_behind_exception(self, place: int) -> bool:
        """As in German: "es sei denn, es ist ..."."""
        return _kinds(self.mentions[:place])[-1:] == ["exception"]

    def _end_attribute(self, place: int) -> None:
        """In "not animated (end) films for children" the films are wanted."""
        if _kinds(self.mentions[place + 1 :])[:1] in (["category"], ["value"]):
            self._end()

    def _begin_exception(self, place: int) -> None:
        hosts = self._unwanted_before(place)
        if not hosts and self._governs and not self._has_named:  # "nothing except"
            self._end()
            return
        self._begin(place)
        self._hosts, self._governs = hosts, not hosts
        self._in_exception = True
        self._first_exceptions += [] if hosts else [place]

    def _except_before(self, place: int) -> None:
        """Read "tennis excepted": an exception of what is unwanted before it, and else unwanted itself."""
        excepted = self._names_before(place, across_words=False)
        hosts = self._unwanted_before(excepted[-1]) if excepted else []
        for name in excepted:
            self.negative[name] = not hosts
        for host in hosts:
            self.exceptions[host] = excepted

    def _negate_before(self, place: int, *, across_words: bool) -> None:
        for name in self._names_before(place, across_words):
            self.negative[name] = True

    def _names_before(self, place: int, across_words: bool) -> list[int]:
        """The names right before a place and those joined to them, the last first."""
        names: list[int] = []
        for before in range(place - 1, -1, -1):
            kind = self.mentions[before].kind
            if kind in NAMES:
                names.append(before)
            elif kind == "comma" and names and self._is_list(before):
                continue
            elif not (
                kind in BETWEEN_NAMES or (not names and self._may_be_passed(before, place, across_words))
            ):
                break
        return names

    def _may_be_passed(self, before: int, place: int, across_words: bool) -> bool:
        """A question answered at once, a "please", and words within a clause that a negation ends."""
        kind = self.mentions[before].kind
        return (kind in ("question", "opener") and before == place - 1) or (kind == "word" and across_words)

    def _is_list(self, comma: int) -> bool:
        """Whether the names on both sides of a comma are of one list."""
        behind, before = _kinds(self.mentions[comma + 1 :])[:1], _kinds(self.mentions[:comma])[-1:]
        return self.comma_lists and behind == before and _list_goes_on(self.mentions, comma)

    def _unwanted_before(self, place: int) -> list[int]:
        """The unwanted names right before a place, a comma aside."""
        hosts: list[int] = []
        for before in range(place - 1, -1, -1):
            kind = self.mentions[before].kind
            if kind in NAMES and self.negative[before]:
                hosts.append(before)
            elif kind not in (*FILLERS, *JOINTS, "word", "negates_before"):
                break
        return hosts

    def turn_first_exceptions(self) -> None:
        """Read "except for tennis, no sports", and "except for comedies, nothing"."""
        for place in self._first_exceptions:
            excepted = self._names_from(place + 1)
            start = excepted[-1] + 1 if excepted else place
            clause = self._up_to_break(start)
            if not any(self.mentions[each].kind in ("negator", "attribute_negator") for each in clause):
                continue
            hosts = [each for each in clause if self.mentions[each].kind in NAMES and self.negative[each]]
            if hosts or not any(self.mentions[each].kind in NAMES for each in clause):
                self._turn(excepted, hosts)

    def _turn(self, excepted: Sequence[int], hosts: Sequence[int]) -> None:
        for name in excepted:
            self.negative[name] = False
        for host in hosts:
            self.exceptions[host] = list(excepted)

    def _names_from(self, start: int) -> list[int]:
        """The names from a place on, and those joined to them."""
        names: list[int] = []
        for place in range(start, len(self.mentions)):
            kind = self.mentions[place].kind
            if kind in NAMES:
                names.append(place)
            elif kind not in BETWEEN_NAMES and not (
                kind == "comma" and names and _list_goes_on(self.mentions, place)
            ):
                break
        return names

    def _up_to_break(self, start: int) -> list[int]:
        """Places up to the end of the sentence, to the next exception, or to a comma behind a negation."""
        clause: list[int] = []
        for place in range(start, len(self.mentions)):
            kind = self.mentions[place].kind
            negated = any(self.mentions[each].kind in NEGATORS for each in clause)
            if kind in (*BREAKS, "exception") or (kind == "comma" and negated):
                break
            clause.append(place)
        return clause


def _kinds(mentions: Sequence[RequestMention]) -> list[str]:
    return [mention.kind for mention in mentions if mention.kind not in FILLERS]


def _ends_clause(mentions: Sequence[RequestMention], place: int) -> bool:
    """Whether a negation ends what was said, so that it is of a name before it: "horror I do not"."""
    before = _kinds(mentions[:place])
    clause = before[
        max((at + 1 for at, kind in enumerate(before) if kind in ("break", *NEGATORS)), default=0) :
    ]
    following = [kind for kind in _kinds(mentions[place + 1 :]) if kind != "opener"]
    ends = following[:1] in ([], ["comma"], *([kind] for kind in BREAKS))
    return (
        ends and clause[-1:] not in ([], ["and"], ["or"], ["comma"]) and any(kind in NAMES for kind in clause)
    )


def _list_goes_on(mentions: Sequence[RequestMention], comma: int) -> bool:
    """Whether a list of names goes on behind a comma up to an "or" or "and": "no horror, war or crime"."""
    kinds = _kinds(mentions[comma:])
    for joint, name in zip(kinds[::2], kinds[1::2], strict=False):
        if joint not in JOINTS or name not in NAMES:
            return False
        if joint in ("and", "or"):
            return True
    return False
