"""Reasons, measured: does an item leave the first ten without what its explanation names?

For a sample of users of a release and one place of each one's list, the places 1 to 10 in turn. Every rival
names at most three items of the history; the whole ranking is then made anew without them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np

import palate
from palate.explain import Evidence, Sentiment, recent_items, template_sentence, true_sentences
from palate.explain.evidence.influence import Items, LeftOut, Scores, latest, leave_one_out
from palate.explain.evidence.reader import EvidenceReader
from palate.explain.evidence.reasons import MOST_REASONS
from palate.explain.evidence.served_list import FIRST, ServedList
from palate.explain.sentences.phrase_tree import sample
from palate.explain.sentences.template import shown_title
from palate.rank.relevance import relevance
from palate.recommender.query import Query
from palate.recommender.users import KnownUsers
from palate.stated.list_inputs import ListInputs

EARLIER = 20
"""Events before which a text was written that is looked at again."""


class Case(NamedTuple):
    """One place of one list."""

    query: Query
    item: int
    place: int
    evidence: Evidence
    seconds: float
    """That the evidence took."""


def measure(releases: str, users: int) -> dict[str, Any]:
    """Figures by name, each with its rivals, over so many users of the current release."""
    opened = palate.open_release(releases)
    recommender = opened.recommender
    reader = EvidenceReader(recommender)
    reader.warm()
    cases = list(_cases(reader, KnownUsers(recommender.artefacts), users))
    print(f"{len(cases)} explanations")
    figures = {
        "counterfactual_leave_share": _leave_shares(reader, cases),
        "strongest_reason_hidden_share": _hidden_shares(reader, cases),
        "kept_stale_shown_share": _stale_shares(reader, cases),
        "evidence_seconds": _times(reader, cases),
    }
    weights = {name: round(weight, 3) for name, weight in recommender.artefacts.weights.items()}
    release = {"dataset": opened.release.manifest.dataset, "weights": weights}
    return {name: figure | {"release": release} for name, figure in figures.items()}


def _cases(reader: EvidenceReader, known: KnownUsers, users: int) -> Iterator[Case]:
    for number, user in enumerate(known.drawn(users)):
        query = reader.recommender.user_query(user)
        items = reader.recommender.answer([query]).rankings[0].items
        place = number % FIRST + 1
        if place <= len(items):
            item = items[place - 1 : place].astype(np.int32)
            began = time.perf_counter()
            (evidence,) = reader.evidence(ListInputs(query), item)
            yield Case(query, int(item[0]), place, evidence, time.perf_counter() - began)


def _leave_shares(reader: EvidenceReader, cases: list[Case]) -> dict[str, Any]:
    """Of the cases, those whose item is not among the first ten without what each rival names."""
    left: dict[str, list[bool]] = {}
    for number, case in enumerate(cases):
        served = ServedList(reader.recommender, ListInputs(case.query), np.array([case.item], np.int32))
        named = {name: rival(reader, case, Random(number)) for name, rival in RIVALS.items()}
        places = served.standings(list(named.values()), np.array([case.item], np.int32)).places[:, 0]
        for name, place in zip(named, places.tolist(), strict=True):
            left.setdefault(name, []).append(not 1 <= place <= FIRST)
    shares = {name: _share(found) for name, found in left.items()}
    by_place = {
        str(place): _share(
            [gone for gone, case in zip(left["reasons"], cases, strict=True) if case.place == place]
        )
        for place in range(1, FIRST + 1)
    }
    named = float(np.mean([len(case.evidence.named) for case in cases]))
    return {
        "value": shares.pop("reasons"),
        **shares,
        "by_place": by_place,
        "named_on_average": round(named, 2),
        "how": f"share of {len(cases)} users, a place from 1 to {FIRST} each, whose item is not among "
        f"the first {FIRST} of the whole ranking without the at most {MOST_REASONS} items that are named",
    }


def _hidden_shares(reader: EvidenceReader, cases: list[Case]) -> dict[str, Any]:
    """Of the cases in which something carries, those whose strongest carrier the sentence does not name."""
    hidden: dict[str, list[bool]] = {"value": [], "walk": [], "dislikes_left_out": []}
    for number, case in enumerate(cases):
        strongest = _strongest(reader, case)
        if strongest is None:
            continue
        title = shown_title(reader.descriptions.items[strongest].title)
        disliked = {one.item for one in case.evidence.supporting_items if one.sentiment is Sentiment.DISLIKED}
        hidden["value"].append(title not in template_sentence(case.evidence))
        hidden["walk"].append(title not in sample(true_sentences(case.evidence), Random(number)))
        hidden["dislikes_left_out"].append(hidden["value"][-1] or strongest in disliked)
    shares = {name: _share(found) for name, found in hidden.items()}
    how = f"of {len(hidden['value'])} sentences by the template; walk: a random permitted sentence"
    return {**shares, "how": f"{how}; dislikes_left_out: as before, had the template named no disliked item"}


def _strongest(reader: EvidenceReader, case: Case) -> int | None:
    """The item of the history without which alone the item falls furthest, if it falls at all."""
    target = np.array([case.item], np.int32)
    served = ServedList(reader.recommender, ListInputs(case.query), target)
    recent = recent_items(case.query.history).tolist()
    influence = leave_one_out(recent, target, served)[:, 0]
    return int(recent[influence.argmax()]) if influence.max(initial=0) > 0 else None


def _stale_shares(reader: EvidenceReader, cases: list[Case]) -> dict[str, Any]:
    """Of texts from `EARLIER` events before, those whose reasons the list rests on no more."""
    changed = []
    for case in cases:
        history = case.query.history
        if len(history.items) > EARLIER:
            earlier = case.query._replace(
                history=history.only(slice(0, -EARLIER)), not_again=case.query.not_again
            )
            (before,) = reader.evidence(ListInputs(earlier), np.array([case.item], np.int32))
            changed.append(before.rests_on() != case.evidence.rests_on())
    return {
        "value": 0.0,
        "before": _share(changed),
        "how": f"share of {len(changed)} texts from {EARLIER} events ago that rest on other reasons now and "
        "are shown all the same: none, as reasons are compared first; before, all with them in the history",
    }


def _times(reader: EvidenceReader, cases: list[Case]) -> dict[str, Any]:
    plain = []
    for case in cases:
        began = time.perf_counter()
        reader.recommender.answer([case.query])
        plain.append(time.perf_counter() - began)
    seconds = [case.seconds for case in cases]
    return {
        "value": round(float(np.median(seconds)), 3),
        "p95": round(float(np.quantile(seconds, 0.95)), 3),
        "plain_list": round(float(np.median(plain)), 4),
        "how": "median seconds for the evidence of one item, and for one list of ten, in one process",
    }


def _named(reader: EvidenceReader, case: Case, random: Random) -> list[int]:
    return [one.item for one in case.evidence.named]


def _random(reader: EvidenceReader, case: Case, random: Random) -> list[int]:
    recent = recent_items(case.query.history).tolist()
    return random.sample(recent, min(MOST_REASONS, len(recent)))


def _newest(reader: EvidenceReader, case: Case, random: Random) -> list[int]:
    newest: list[int] = recent_items(case.query.history)[:MOST_REASONS].tolist()
    return newest


def _by_relevance(reader: EvidenceReader, case: Case, random: Random) -> list[int]:
    """What was named before: the greatest influence on the weighted sum of the sources, of the latest events
    alone, without dislikes and without the other candidates.
    """
    target, history = np.array([case.item], np.int32), latest(case.query.history)
    recent = recent_items(history).tolist()
    influence = leave_one_out(recent, target, _Relevance(reader, case.query))[:, 0]
    opinions = dict(zip(history.items.tolist(), history.feedback, strict=True))
    order = [recent[row] for row in np.argsort(-influence, kind="stable") if influence[row] > 0]
    spoken = [item for item in order if reader.reading.sentiment(opinions[item]) is not Sentiment.DISLIKED]
    return spoken[:MOST_REASONS]


class _Relevance:
    """The weighted sum of the sources' scores of given items, without items of the latest history."""

    def __init__(self, reader: EvidenceReader, query: Query) -> None:
        self._recommender, self._query = reader.recommender, query

    def __call__(self, left_out: Sequence[LeftOut], items: Items) -> Scores:
        """Float32 [lists, items]."""
        history = latest(self._query.history)
        histories = [history.only(~np.isin(history.items, list(gone))) for gone in left_out]
        queries = [self._query._replace(history=history, include=items) for history in histories]
        users = self._recommender.encoder.encode(histories)
        weights = self._recommender.artefacts.weights
        rows = []
        for candidates in self._recommender.retriever.retrieve(queries, users):
            own = candidates.at(np.searchsorted(candidates.items, items))
            rows.append(relevance(own, weights))
        return np.stack(rows)


Rival = Callable[[EvidenceReader, Case, Random], list[int]]
RIVALS: dict[str, Rival] = {
    "reasons": _named,
    "by_relevance": _by_relevance,
    "newest": _newest,
    "random": _random,
}


def _share(found: list[bool]) -> float:
    return round(float(np.mean(found)), 4) if found else 0.0
