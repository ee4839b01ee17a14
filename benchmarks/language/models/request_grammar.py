"""Constrained decoding of requests: a catalogue's filters as a grammar, a prompt, and back to constraints.

An answer is `everything`, or filters with "; " between them, each of which begins with what it is about:

    want comedy or drama; avoid war; brand not dove; price >= 10; date 1990 to 1999; like Heat; unlike Alien
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from palate.rank.filters import ItemFacts
from palate.rank.filters.facts import DATE
from palate.rank.rules import NumberRange
from palate.steering import Constraint, Steering
from palate.words import fold

EVERYTHING, OR, BETWEEN = "everything", " or ", "; "
WANT, AVOID, LIKE, UNLIKE = "want", "avoid", "like", "unlike"
MOST_FILTERS = 6
SHORTEST_WORD = 3
"""Letters of a word that is enough to offer a name or a title for an answer."""
_BOUND = re.compile(r"(<=|>=|<|>) ([\d.]+)")
_SPAN = re.compile(r"(not )?([\d.]+) to ([\d.]+)")
_NUMBER = "[0-9] [0-9]? [0-9]? [0-9]?"


class FilterLanguage:
    """What may be answered to requests about one catalogue."""

    def __init__(self, facts: ItemFacts) -> None:
        self.categories = sorted(frozenset[str]().union(*facts.category_sets))
        self.names = {
            column: sorted(frozenset[str]().union(*names.sets)) for column, names in facts.values.items()
        }
        self.numbers = [name for name in facts.numbers if name != DATE or facts.newest == facts.newest]
        self.titles = {title: item for item, title in enumerate(facts.titles)}

    def grammar(self, request: str) -> str:
        """In EBNF; of titles and names those alone that share a word with the request, for there are many."""
        filters = "\n".join(f"  | {rule}" for rule in self._rules(request))
        return (
            f'root ::= "{EVERYTHING}" | filter ("{BETWEEN}" filter){{0,{MOST_FILTERS - 1}}}\n'
            f"number ::= {_NUMBER}\n"
            f'bound ::= ("<=" | ">=" | "<" | ">") " " number | "not "? number " to " number\n'
            f"filter ::= {filters.strip(' |')}\n"
        )

    def _rules(self, request: str) -> Iterator[str]:
        yield _named((WANT, AVOID), self.categories)
        for column, names in self.names.items():
            yield from _if_any((f"{column} not", column), _mentioned(names, request))
        yield from (f'"{name} " bound' for name in self.numbers)
        yield from _if_any((LIKE, UNLIKE), _mentioned(self.titles, request))

    def steering(self, answer: str, request: str) -> Steering:
        """What an answer means; the last filter of one that was cut off is left out where it is broken."""
        parts = [] if answer == EVERYTHING else answer.split(BETWEEN)
        constraints = [constraint for part in parts for constraint in self._constraints(part)]
        return Steering(tuple(constraints), request)

    def _constraints(self, part: str) -> Iterator[Constraint]:
        head, _, said = part.partition(" ")
        if head in self.numbers:
            yield from _range(head, said, part)
        elif head in self.names:
            negative = said.startswith("not ")
            names = _known(said.removeprefix("not "), self.names[head])
            if names:
                yield Constraint("value", negative, part, 0, names=names, column=head)
        elif head in (WANT, AVOID) and (names := _known(said, self.categories)):
            # Unwanted are the items of any of them.
            yield Constraint("category", head == AVOID, part, 0, names=names)
        elif head in (LIKE, UNLIKE):
            for title in _known(said, list(self.titles)):
                yield Constraint("item", head == UNLIKE, title, 0, items=(self.titles[title],))


def _if_any(heads: tuple[str, str], names: Sequence[str]) -> Iterator[str]:
    if names:
        yield _named(heads, names)


def _named(heads: tuple[str, str], names: Sequence[str]) -> str:
    """A filter that begins with one of two words and lists names."""
    first, second = (json.dumps(f"{head} ") for head in heads)
    listed = " | ".join(json.dumps(name, ensure_ascii=False) for name in names)
    return f'({first} | {second}) ({listed}) ("{OR}" ({listed})){{0,3}}'


def _mentioned(names: Sequence[str] | dict[str, int], request: str) -> list[str]:
    said = fold(request)
    return [name for name in names if any(word in said for word in _words(name))]


def _words(name: str) -> Iterator[str]:
    words = fold(name).split()
    yield from (word for word in words if len(word) >= SHORTEST_WORD or len(words) == 1)


def _known(said: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in said.split(OR) if name in names)


def _range(column: str, said: str, part: str) -> Iterator[Constraint]:
    """The numbers of a filter; a year is one until its end."""
    bound, span, end = _BOUND.fullmatch(said), _SPAN.fullmatch(said), int(column == DATE)
    if bound:
        number = float(bound[2])
        fields = {
            "<": {"below": number},
            "<=": {"below": number + 1} if end else {"max": number},
            ">": {"min": number + 1} if end else {"above": number},
            ">=": {"min": number},
        }[bound[1]]
        yield Constraint("number", False, part, 0, range=NumberRange(column=column, **fields), column=column)
    elif span:
        last = {"below": float(span[3]) + 1} if end else {"max": float(span[3])}
        whole = NumberRange(column=column, min=float(span[2]), **last)
        yield Constraint("number", bool(span[1]), part, 0, range=whole, column=column)
