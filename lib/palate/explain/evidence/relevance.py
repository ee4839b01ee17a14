"""Relevance: what a release's method gives, as something to leave events out of."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np

from palate.data.histories import History
from palate.explain.evidence.influence import EXPLAINED_EVENTS, Items, Score, Scores, latest
from palate.live.layered import LayeredArray
from palate.live.overlay import Overlay
from palate.recommender.artefacts import CONTENT, Artefacts
from palate.recommender.encoding import UserEncoder
from palate.recommender.live_scores import known_part
from palate.recommender.query import UserVectors
from palate.retrieve import StoredScorer
from palate.retrieve.hybrid import SEQUENCE

VECTOR_SOURCES = frozenset({SEQUENCE, CONTENT})


class ReleaseRelevance:
    """Weighted sum of the sources of the release, each worked out for the given items alone.

    Only the latest events of a history count, so that a batch of leave-one-outs stays small. For longer
    histories this is the relevance for what was done of late, not quite what the list was ordered by.

    An empty history scores 0 everywhere: what scorers answer then is the popularity, which says nothing
    about the events that were left out. Popularity itself keeps its counts, so no event carries it.
    """

    def __init__(self, artefacts: Artefacts, encoder: UserEncoder, events: int = EXPLAINED_EVENTS) -> None:
        """Share the encoder of the release; `events` of a history count."""
        self._artefacts, self._encoder = artefacts, encoder
        self._events = events
        self._item_vectors: Scores | LayeredArray = artefacts.item_vectors
        self._text_vectors: Scores | LayeredArray = artefacts.text_vectors
        self._methods = {
            name: artefacts.model(name) for name in artefacts.weights if name not in VECTOR_SOURCES
        }

    def over(self, overlay: Overlay) -> ReleaseRelevance:
        """The same with live items, of which stored methods know nothing."""
        layered = copy(self)
        layered._encoder, indices = self._encoder.over(overlay), overlay.indices
        layered._item_vectors = LayeredArray(self._artefacts.item_vectors, indices, overlay.item_vectors)
        layered._text_vectors = LayeredArray(self._artefacts.text_vectors, indices, overlay.vectors.text)
        return layered

    def __call__(self, histories: Sequence[History], items: Items) -> Scores:
        """Float32 [histories, items]."""
        total = np.zeros((len(histories), len(items)), np.float32)
        for name, scores in self.by_source(histories, items).items():
            total += np.float32(self._artefacts.weights[name]) * scores
        return total

    def by_source(self, histories: Sequence[History], items: Items) -> dict[str, Scores]:
        """Unweighted scores, float32 [histories, items], by the name of each source that has a weight."""
        recent = [latest(history, self._events) for history in histories]
        users = self._encoder.encode(recent)
        return {name: self._source(name, recent, users, items) for name in self._artefacts.weights}

    def _source(self, name: str, histories: list[History], users: UserVectors, items: Items) -> Scores:
        if name == SEQUENCE:
            return users.sequence @ self._item_vectors[items].T
        if name == CONTENT:
            return users.content @ self._text_vectors[items].T
        return _stored(self._methods[name], histories, items, len(self._artefacts.catalogue))


def relevance_of(artefacts: Artefacts, encoder: UserEncoder | None = None) -> Score:
    """Relevance by the method of a release; its encoder is read again unless it is given."""
    return ReleaseRelevance(artefacts, encoder or UserEncoder(artefacts))


def _stored(model: StoredScorer, histories: list[History], items: Items, n_items: int) -> Scores:
    """Scores of items, float32 [histories, items]; 0 of and for items that came after the training."""
    known = [known_part(history, n_items) for history in histories]
    is_known = items < n_items
    scores: Scores = np.zeros((len(histories), len(items)), np.float32)
    scores[:, is_known] = model.scores(known)[:, items[is_known]]
    if model.is_personal:
        scores[[len(history.items) == 0 for history in known]] = 0
    return scores
