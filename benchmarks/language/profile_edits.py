"""Edits of profiles: after how many of them the list of ten holds other items.

An edit is a line that is added, rewritten or struck; the rival is the same request once more. What a person
wants less or none of is a category of an event of theirs, so that what they meet often is named often; the
share where each category of their history is as likely is told beside it. "No war" changes nothing where the
list holds no war: such edits count in the figure, and are told beside it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

import palate
from palate.explain.evidence.reader import EvidenceReader
from palate.profile import CategoryNames, interests_of
from palate.profile.dismissal import events_about
from palate.rank.filters import item_categories
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.stated.list_inputs import ListInputs, Strike
from palate.stated.written import read_line
from palate.steering.rules import any_of

USERS = 60
KINDS = ("add", "rewrite", "strike")


class Edit(NamedTuple):
    """A profile before and after a change."""

    kind: str
    before: Sequence[str]
    """Written lines."""
    after: Sequence[str]
    struck: tuple[str, ...] = ()
    """Categories of a struck line."""
    unwanted: str | None = None
    """The category of which the edit wants less or none, where that is all it wants."""


class Outcome(NamedTuple):
    """What came of an edit."""

    kind: str
    changed: bool
    """Whether the list holds other items."""
    already_so: bool
    """Whether no, less or a struck line is of what the list held nothing of before."""


def measure_edits(releases: str) -> dict[str, Any]:
    """The share of edits that change the list of ten, by kind, on the first users of a release."""
    recommender = palate.open_release(releases).recommender
    met, alike = (_outcomes(recommender, by_event=by_event) for by_event in (True, False))
    return _summary(met) | {
        "each_category_alike": _summary(alike),
        "how": f"share of edits after which the ten items are others, {USERS} users; less and no are of a "
        "category of an event of theirs (each_category_alike: of their history's categories each is as "
        "likely), more of any of the catalogue, strikes of their interests; same: the request once more; "
        "already_so: no, less or a strike of what the list has none of; of_others: the share without these",
    }


def _outcomes(recommender: Recommender, *, by_event: bool) -> list[Outcome]:
    artefacts, reader = recommender.artefacts, EvidenceReader(recommender)
    of_items = item_categories(artefacts.catalogue, artefacts.rerank.columns)
    names = sorted(frozenset[str]().union(*of_items))
    users = artefacts.folders.catalogue.read_table("histories")["user"].to_pylist()[:USERS]
    outcomes = []
    for number, user in enumerate(users):
        query = recommender.user_query(user, 10)
        interests = interests_of(query.history, reader.descriptions, reader.reading)
        met = sorted(name for item in query.history.items for name in of_items[item])
        own = met if by_event else sorted(set(met))
        struck = [interest.categories for interest in interests[:2]]
        outcomes += [_outcome(recommender, query, edit) for edit in edits(names, own, struck, seed=number)]
    return outcomes


def _outcome(recommender: Recommender, query: Query, edit: Edit) -> Outcome:
    artefacts, facts = recommender.artefacts, recommender.reader.facts
    categories = CategoryNames.of(artefacts.catalogue, artefacts.rerank.columns)
    rule = (categories.rule_of(edit.struck),) if edit.struck else ()
    before = listed_items(recommender, query, edit.before)
    after = listed_items(recommender, query, edit.after, rule)
    unwanted = rule or ((any_of([edit.unwanted]),) if edit.unwanted else ())
    listed = np.array(sorted(before), np.int32)
    already_so = any(not facts.matching(one, listed).any() for one in unwanted)
    return Outcome(edit.kind, before != after, already_so)


def edits(
    names: Sequence[str], own: Sequence[str], interests: Sequence[tuple[str, ...]], *, seed: int
) -> Iterator[Edit]:
    """Edits of one person: more of a category of the catalogue, less or none of one of their `own`."""
    random = np.random.default_rng(seed)
    one, other = (str(name) for name in random.choice(names, 2, replace=False))
    had, had_too = (str(name) for name in random.choice(own, 2))
    yield Edit("add", (), (f"more {one}",))
    yield Edit("add", (), (f"no {had}",), unwanted=had)
    yield Edit("add", (), (f"less {had_too}",), unwanted=had_too)
    yield Edit("rewrite", (f"more {one}",), (f"more {other}",))
    yield Edit("rewrite", (f"less {had}",), (f"more {had}",))
    for categories in interests:
        yield Edit("strike", (), (), categories)
    yield Edit("same", (f"more {one}",), (f"more {one}",))


def listed_items(
    recommender: Recommender, query: Query, lines: Sequence[str], rules: Sequence[str] = ()
) -> frozenset[int]:
    """The ten items of a list with these lines and the rules of struck ones; catalogue indices."""
    reader = recommender.reader
    inputs = ListInputs(
        query,
        written=tuple(read_line(line, reader) for line in lines),
        struck=tuple(Strike((), rule, events_about(query.history, rule, reader.facts)) for rule in rules),
    )
    return frozenset(recommender.answer([inputs.without()]).rankings[0].items.tolist())


def _summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    real = [one for one in outcomes if one.kind in KINDS]
    return {
        "value": _share(real),
        **{kind: _share([one for one in outcomes if one.kind == kind]) for kind in (*KINDS, "same")},
        "edits": len(real),
        "already_so": sum(one.already_so for one in real),
        "of_others": _share([one for one in real if not one.already_so]),
    }


def _share(outcomes: Sequence[Outcome]) -> float:
    return round(float(np.mean([one.changed for one in outcomes])), 4)
