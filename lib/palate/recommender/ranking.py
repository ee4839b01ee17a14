"""Ranking, the third stage: candidates become an ordered list that keeps to the rules."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.live.facts import live_facts
from palate.live.layered import LayeredArray
from palate.live.overlay import Overlay
from palate.rank.action import Reranking
from palate.rank.features import candidate_features, features_for
from palate.rank.filters import FilterContext, RankedItems, Removed, post_process
from palate.rank.filters.excluded import remove_excluded
from palate.rank.filters.seen import remove_seen
from palate.rank.language.opened import open_likelihoods
from palate.rank.language.second_look import SecondLook
from palate.rank.language.store import load_language_weight
from palate.rank.relevance import relevance, reweighted
from palate.rank.rules import Rules
from palate.rank.scoring import final_scores, steered_scores
from palate.rank.store import load_reranker, load_statistics
from palate.recommender.artefacts import FALLBACK, Artefacts
from palate.recommender.query import NO_ITEMS, REQUEST, SAID, Items, Query, Ranking, SimilarHistoryItem
from palate.retrieve.candidates import Candidates, merge_candidates

Scores = NDArray[np.float32]

EXPLAINED_EVENTS = 50
"""The latest events among which what resembles the recommended item is looked for."""
EXPLAINED_ITEMS = 2
"""Items of the history that a short reason names."""


class ScoredCandidates(NamedTuple):
    """What the reranker thinks of each candidate, in their order."""

    relevance: Scores
    """Float32 [n]."""
    probabilities: Scores | None
    """Of each action, float32 [n, actions]; None without a trained reranker."""
    scores: Scores
    """What the list is ordered by, float32 [n], positive."""


class Reranker:
    """Relevance, probability of action and post-processing for one release."""

    def __init__(self, artefacts: Artefacts, second_look_s: float | None = None) -> None:
        """Take the seconds that a language model has for a group of lists, if it is not to be waited for."""
        self._second_look, self._second_look_s = _second_look(artefacts), second_look_s
        self._weights, self._sources = artefacts.weights, artefacts.sources
        self._candidates = artefacts.rerank.candidates
        self._steering_weight, self._recency_rate = artefacts.steering.weight, artefacts.recency_rate
        self._trained = _fitting(load_reranker(artefacts.folders.rerank), self._sources)
        self._statistics = load_statistics(artefacts.folders.rerank) if self._trained is not None else None
        self._columns = artefacts.rerank.columns
        self._popularity: Scores | LayeredArray = (
            artefacts.model(FALLBACK).state()["counts"].astype(np.float32, copy=False)
        )
        self._facts = artefacts.facts.with_vectors(artefacts.item_vectors)

    def over(self, overlay: Overlay) -> Reranker:
        """The reranker with live items; new ones have what training gives an item without events."""
        layered = copy(self)
        layered._facts = live_facts(self._facts, overlay, self._columns)
        layered._second_look = self._second_look and self._second_look.over(overlay)
        # What behaviour tells of known items stays; of new ones nothing is known.
        new = overlay.indices[overlay.new(len(self._facts.titles))]
        layered._popularity = LayeredArray(np.asarray(self._popularity), new, np.zeros(len(new), np.float32))
        if self._statistics is not None:
            events = np.asarray(self._popularity)
            layered._statistics = self._statistics.with_new_items(new, events)
        return layered

    def require_usable(self, rules: Rules) -> None:
        """Raise `PalateError` if a rule asks for something that the release does not know of any item, or for
        a source that it lacks.
        """
        reweighted(self._weights, rules.sources)
        nothing = RankedItems(NO_ITEMS, np.zeros(0, np.float32))
        post_process(nothing, FilterContext(NO_ITEMS, NO_ITEMS, 1, rules), self._facts)

    def rank(self, queries: Sequence[Query], candidates: Sequence[Candidates]) -> list[Ranking]:
        """The list that each query asks for, out of its candidates."""
        seconds = self._second_look_s
        deadline = None if seconds is None else time.monotonic() + seconds
        return [self._ranked(query, own, deadline) for query, own in zip(queries, candidates, strict=True)]

    def rank_parts(self, queries: Sequence[Query], parts: Sequence[Sequence[Candidates]]) -> list[Ranking]:
        """As `rank`, out of the candidates in each part of the catalogue."""
        by_query = zip(queries, zip(*parts, strict=True), strict=True)
        merged = [
            merge_candidates(own, query.candidates_per_source(self._candidates)) for query, own in by_query
        ]
        return self.rank(queries, merged)

    def order(self, query: Query, candidates: Candidates) -> RankedItems:
        """All that would be listed, were the list as long as there are candidates; no language model looks
        at it again.
        """
        candidates = candidates.at(np.flatnonzero(_is_ranked(query, candidates)))
        ranked = _by_score(candidates, self._steered(query, candidates))
        context = FilterContext(query.seen, query.exclude, max(query.k, len(candidates)), query.rules)
        return post_process(ranked, context, self._facts).kept

    def _ranked(self, query: Query, given: Candidates, deadline: float | None) -> Ranking:
        is_ranked = _is_ranked(query, given)
        candidates = given.at(np.flatnonzero(is_ranked))
        scored = self._steered(query, candidates)
        if self._second_look is not None:
            looked_at = self._second_look(query.history, candidates.items, scored.scores, deadline)
            scored = scored._replace(scores=looked_at)
        context = FilterContext(query.seen, query.exclude, query.k, query.rules)
        listed, removed = post_process(_by_score(candidates, scored), context, self._facts)
        # Rows of the candidates that are listed, [k].
        rows = np.searchsorted(candidates.items, listed.items)
        return Ranking(
            items=listed.items,
            scores=listed.scores,
            relevance=scored.relevance[rows],
            sources=[_nominators(candidates, row) for row in rows],
            actions=self._actions(scored, rows),
            because=self._because(query, listed.items) if query.explain else [],
            removed=[*self._left_out(context, given.items[~is_ranked]), *removed] if query.debug else [],
            propensities=listed.propensities,
        )

    def _steered(self, query: Query, candidates: Candidates) -> ScoredCandidates:
        """The scores, moved towards what the person wrote before and what is asked for now, if anything.

        A request has the weight of `steering.weight`; texts of before have that times their part in the
        moving average, so that they count less with each event that follows.
        """
        scored = self._scored(query, candidates.among(self._sources))
        for source in (SAID, REQUEST):
            if source in candidates.sources:
                likeness = candidates.scores[:, candidates.sources.index(source)]
                weight = self._steering_weight * (self._texts_part(query) if source == SAID else 1.0)
                scored = scored._replace(scores=steered_scores(scored.scores, likeness, weight))
        return scored

    def _texts_part(self, query: Query) -> float:
        """What all texts of the person weigh in the moving average of their history, 0 to 1."""
        return float(query.said.weights(len(query.history.items), self._recency_rate).sum())

    def _scored(self, query: Query, candidates: Candidates) -> ScoredCandidates:
        base = self._relevance(query, candidates)
        if self._trained is None or self._statistics is None:
            return ScoredCandidates(base, None, final_scores(base, None, 0, "relevance"))
        history = query.history.items
        features = candidate_features(
            candidates,
            relevance=base,
            popularity=self._popularity,
            statistics=self._statistics,
            history=history,
        )
        probabilities = self._trained.model.probabilities(features)
        # For somebody without a history popularity alone orders: the model has not learned from such.
        mode = self._trained.score if len(history) else "relevance"
        return ScoredCandidates(
            base, probabilities, final_scores(base, probabilities, self._trained.target, mode)
        )

    def _relevance(self, query: Query, candidates: Candidates) -> Scores:
        """Weighted sum of the sources; without a history the logarithm of the popularity."""
        weights = reweighted(self._weights, query.rules.sources)
        if not len(query.history.items):
            return np.log1p(candidates.scores[:, self._sources.index(FALLBACK)])
        return relevance(candidates, weights)

    def _actions(self, scored: ScoredCandidates, rows: NDArray[np.int64]) -> list[dict[str, float]]:
        if self._trained is None or scored.probabilities is None:
            return [{} for _ in rows]
        names = self._trained.model.actions
        return [dict(zip(names, row, strict=True)) for row in scored.probabilities[rows].tolist()]

    def _because(self, query: Query, items: Items) -> list[list[SimilarHistoryItem]]:
        """The items of the recent history whose vectors are nearest to each item's."""
        # Cosines of each listed item with each recent one, [k, recent], and the columns of the greatest.
        recent = np.unique(query.history.items[-EXPLAINED_EVENTS:])
        cosines = self._facts.vectors[items] @ self._facts.vectors[recent].T
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :EXPLAINED_ITEMS]
        greatest = np.take_along_axis(cosines, nearest, axis=1)
        return [
            list(map(SimilarHistoryItem, similar, row))
            for similar, row in zip(recent[nearest].tolist(), greatest.tolist(), strict=True)
        ]

    def _left_out(self, context: FilterContext, kept_out: Items) -> list[Removed]:
        """What the retrievers left out because it was seen, is excluded or unwanted, with the reasons."""
        hidden = np.unique(np.concatenate([context.seen, context.exclude])).astype(np.int32)
        others, seen = remove_seen(_unranked(hidden), context, self._facts)
        excluded = remove_excluded(others, context, self._facts).removed
        return [*seen, *excluded, *post_process(_unranked(kept_out), context, self._facts).removed]


def _is_ranked(query: Query, candidates: Candidates) -> NDArray[np.bool_]:
    """Whether each candidate is nominated or wanted all the same, bool [n]."""
    return candidates.nominated.any(axis=1) | np.isin(candidates.items, query.include)


def _by_score(candidates: Candidates, scored: ScoredCandidates) -> RankedItems:
    """The candidates by falling score, of equals the lower item first."""
    order = np.lexsort((candidates.items, -scored.scores))
    return RankedItems(candidates.items[order], scored.scores[order])


def _second_look(artefacts: Artefacts) -> SecondLook | None:
    """The language model that looks at lists again, if the configuration names one and it has a weight."""
    settings = artefacts.rerank.language_model
    if settings is None:
        return None
    found = load_language_weight(artefacts.folders.rerank)
    weight = found if settings.weight is None else settings.weight
    if not weight:
        return None
    likelihoods = open_likelihoods(settings, artefacts.catalogue)
    return SecondLook(likelihoods, items=settings.items, weight=weight)


def _unranked(items: Items) -> RankedItems:
    return RankedItems(items, np.ones(len(items), np.float32))


def _fitting(trained: Reranking | None, sources: tuple[str, ...]) -> Reranking | None:
    """The reranker, if it was trained for the features of these sources; `PalateError` otherwise."""
    if trained is not None and trained.model.features != features_for(sources):
        raise PalateError(
            "The reranker was trained for other sources, or by an earlier Palate, which told it other "
            "things; run palate retrain once more, which trains it anew and publishes the release"
        )
    return trained


def _nominators(candidates: Candidates, row: int) -> dict[str, float]:
    """Scores by the sources that nominated the candidate."""
    columns = np.flatnonzero(candidates.nominated[row])
    return {candidates.sources[column]: float(candidates.scores[row, column]) for column in columns}
