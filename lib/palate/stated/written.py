"""Written lines: what people say of themselves, "with children now, less war", as wishes of every list.

A line is read as a request in words is, but it speaks of tastes: what it likes comes first rather than alone.
"No war", numbers, names that are not wanted and named items count as in a request. What is left of a line has
its meaning alone, and draws lists where that has to do with the catalogue
(`palate.steering.meaning.relatedness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from palate.rank.rules import MAX_BOOSTS, Boost, Rules
from palate.recommender.query import Query
from palate.recommender.steering import steered
from palate.steering import Constraint, RequestReader, Steering, joined
from palate.steering.phrases import phrase_pack
from palate.steering.rules import any_of
from palate.steering.tokens import PhraseTable, phrase_of, tokenize

NOTHING_ASKED: Final = Steering()
MORE: Final = 8.0
"""What the scores of liked categories are multiplied by; those of which less is wanted are divided by it."""
MORE_SHARE: Final = 0.2
"""The least share of a list for what more is wanted of."""


class LineMeaning(NamedTuple):
    """What of lines no rule was read from."""

    tastes: tuple[str, ...]
    distastes: tuple[str, ...]
    """Texts that are not wanted: "nothing with sharks"."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Both."""
        return (*self.tastes, *self.distastes)


class WrittenWishes(NamedTuple):
    """What the lines of one profile ask for."""

    steering: Steering
    """What every list keeps to, and the names that draw it."""
    boosts: tuple[Boost, ...]
    """Categories that come first, or last."""
    meaning: LineMeaning
    """What has nothing but its meaning."""


class ReadLine(NamedTuple):
    """A line, read; what it asks for can be told without a reader from here on."""

    text: str
    steering: Steering
    mild: tuple[Constraint, ...]
    """Those of its constraints that want less of a category rather than none."""


def read_line(line: str, reader: RequestReader) -> ReadLine:
    """A line as the reader of a release's requests understands it."""
    steering = reader.read(line)
    mild = tuple(one for one in steering.constraints if _is_mild(one, line, steering.language))
    return ReadLine(line, steering, mild)


def written_wishes(lines: Sequence[ReadLine]) -> WrittenWishes:
    """What lines ask for; what a later one says takes the place of what it contradicts."""
    mild = [one for line in lines for one in line.mild]
    read = joined([line.steering for line in lines])
    tastes = [one for one in read.constraints if _is_taste(one) or any(one is other for other in mild)]
    liked_names = [one.text for one in tastes if one.kind == "value"]
    kept = tuple(one for one in read.constraints if one not in tastes and one.kind != "text")
    boosts = tuple(_boost(one) for one in tastes if one.kind == "category")
    steering = Steering(kept, ", ".join(liked_names), read.language)
    return WrittenWishes(steering, boosts, line_meaning([line.steering for line in lines]))


def line_meaning(readings: Sequence[Steering]) -> LineMeaning:
    """What of lines, read as requests, no rule was read from; each text once."""
    tastes = [reading.rest for reading in readings if reading.rest]
    distastes = [text for reading in readings for text in reading.steer.unwanted]
    return LineMeaning(tuple(dict.fromkeys(tastes)), tuple(dict.fromkeys(distastes)))


def wished(query: Query, lines: Sequence[ReadLine], asked: Steering = NOTHING_ASKED) -> Query:
    """The query with what the lines of a profile ask for, and what is asked for now, which counts more."""
    if not lines:
        return query if asked == NOTHING_ASKED else steered(query, asked)
    wishes = written_wishes(lines)
    boosts = [*query.rules.boosts, *wishes.boosts][:MAX_BOOSTS]
    rules = Rules.model_validate(dict(query.rules) | {"boosts": boosts})
    both = steered(query._replace(rules=rules), joined([wishes.steering, asked]))
    tastes, distastes = wishes.meaning
    return both._replace(steer=both.steer._replace(tastes=tastes, distastes=distastes))


def _is_taste(constraint: Constraint) -> bool:
    """Whether it is something liked, which comes first, and not alone as in a request."""
    return constraint.kind in ("category", "value") and not constraint.negative


def _is_mild(constraint: Constraint, line: str, language: str) -> bool:
    """Whether fewer of a category are wanted rather than none: "less war"."""
    if constraint.kind != "category" or not constraint.negative:
        return False
    pack, tokens = phrase_pack(language), tokenize(line[: constraint.start])
    negators = PhraseTable({phrase_of(text): text for text in pack.negators + pack.milder})
    said = [found[0] for first in range(len(tokens)) if (found := negators.longest_at(tokens, first))]
    return bool(said) and said[-1] in pack.milder


def _boost(taste: Constraint) -> Boost:
    if taste.negative:
        return Boost(match=any_of(taste.names), factor=1 / MORE)
    return Boost(match=any_of(taste.names), factor=MORE, share=MORE_SHARE)
