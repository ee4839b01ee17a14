"""Edits of profiles: after how many of them the list of ten holds other items.

An edit is a line that is added, rewritten or struck; the rivals are a line that has nothing to do with the
catalogue, and the same request once more. "No war" changes nothing where the list holds no war: such edits
count in the figure, and are told beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

import palate
from palate.explain.evidence.reader import EvidenceReader
from palate.profile import CategoryNames, interests_of
from palate.profile.dismissal import undrawn
from palate.profile.written import with_profile
from palate.rank.filters import item_categories
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.steering import Steering

USERS = 60
UNRELATED = (
    "the bus was late again this morning",
    "my neighbour plants tomatoes",
    "it rained on both days of the weekend",
    "the third drawer of the desk sticks",
)


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


def measure_edits(releases: str) -> dict[str, Any]:
    """The share of edits that change the list of ten, by kind, on the first users of a release."""
    recommender = palate.open_release(releases).recommender
    artefacts = recommender.artefacts
    reader = EvidenceReader(recommender)
    categories = CategoryNames.of(artefacts.catalogue, artefacts.rerank.columns)
    of_items = item_categories(artefacts.catalogue, artefacts.rerank.columns)
    names = sorted(frozenset[str]().union(*of_items))
    users = artefacts.folders.catalogue.read_table("histories")["user"].to_pylist()[:USERS]
    changed: dict[str, list[bool]] = {}
    already_so = 0
    for number, user in enumerate(users):
        query = recommender.user_query(user, 10)
        interests = interests_of(query.history, reader.descriptions, reader.reading)
        own = sorted(frozenset[str]().union(*(of_items[item] for item in query.history.items)))
        struck = [interest.categories for interest in interests[:2]]
        for edit in edits(names, own, struck, seed=number):
            rule = (categories.rule_of(edit.struck),) if edit.struck else ()
            before = _items(recommender, query, edit.before)
            after = _items(recommender, _struck(recommender, query, rule), edit.after)
            changed.setdefault(edit.kind, []).append(before != after)
            already_so += edit.unwanted is not None and not any(edit.unwanted in of_items[i] for i in before)
    return _summary(changed, len(users), already_so)


def edits(
    names: Sequence[str], own: Sequence[str], interests: Sequence[tuple[str, ...]], *, seed: int
) -> Iterator[Edit]:
    """Edits of one person: more of a category of the catalogue, less or none of one of their history."""
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
    yield Edit("unrelated", (), (UNRELATED[seed % len(UNRELATED)],))
    yield Edit("same", (f"more {one}",), (f"more {one}",))


def _struck(recommender: Recommender, query: Query, rules: tuple[str, ...]) -> Query:
    history = undrawn(query.history, rules, recommender.reader.facts)
    return query._replace(history=history, rules=query.rules.model_copy(update={"dismissed": rules}))


def _items(recommender: Recommender, query: Query, lines: Sequence[str]) -> frozenset[int]:
    asked = with_profile(query, lines, recommender.reader, Steering())
    return frozenset(recommender.answer([asked]).rankings[0].items.tolist())


def _summary(changed: dict[str, list[bool]], users: int, already_so: int) -> dict[str, Any]:
    shares = {kind: round(float(np.mean(each)), 4) for kind, each in changed.items()}
    real = [one for kind in ("add", "rewrite", "strike") for one in changed.get(kind, [])]
    return {
        "value": round(float(np.mean(real)), 4),
        **shares,
        "edits": len(real),
        "already_so": already_so,
        "of_others": round(float(np.sum(real)) / (len(real) - already_so), 4),
        "how": f"share of edits after which the ten items are others, {users} users; less, no and strikes "
        "are of categories of their own history, more of any; unrelated: a line that has nothing to do "
        "with the catalogue; same: the request once more; already_so: no or less of what the list has none "
        "of; of_others: the share without these",
    }
