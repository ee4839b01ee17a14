"""Evidence of a release: for the items of a list, from the models and tables of one release.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import EMPTY_HISTORY, History
from palate.explain.evidence.descriptions import Descriptions
from palate.explain.evidence.evidence import Evidence, RecommendedItem, build_evidence, contributions_of
from palate.explain.evidence.influence import Items, latest, leave_one_out, shapley
from palate.explain.evidence.relevance import ReleaseRelevance
from palate.explain.evidence.sentiment import EventReading
from palate.explain.evidence.vocabulary import Vocabulary
from palate.live.layered import LayeredArray
from palate.live.overlay import Overlay
from palate.recommender.artefacts import FALLBACK, Artefacts
from palate.recommender.encoding import UserEncoder

POPULAR_SHARE = 0.1
"""Of the items that anybody took, this share counts as popular."""


class EvidenceReader:
    """Works out evidence for people of one release."""

    def __init__(self, artefacts: Artefacts, encoder: UserEncoder | None = None) -> None:
        """Share the encoder of the release; it is read again unless it is given."""
        self._artefacts = artefacts
        self._relevance = ReleaseRelevance(artefacts, encoder or UserEncoder(artefacts))
        self._influence = leave_one_out if artefacts.explain.influence == "leave-one-out" else shapley
        self.reading = EventReading.of(artefacts.explain, artefacts.negative)

    def over(self, overlay: Overlay) -> EvidenceReader:
        """The reader for live items too, of which nobody has taken a new one yet."""
        columns, facts = self._artefacts.rerank.columns, self._artefacts.explain.facts
        layered = copy(self)
        layered._relevance = self._relevance.over(overlay)
        live = Descriptions.of(overlay.table, columns, facts)
        layered.descriptions = self.descriptions.with_changed(overlay.indices.tolist(), live)
        layered.vocabulary = self.vocabulary.joined(Vocabulary.of(overlay.table, columns))
        popular = np.asarray(self.popular)
        new = overlay.indices[overlay.new(len(popular))]
        layered.popular = LayeredArray(popular, new, np.zeros(len(new), bool))
        return layered

    @cached_property
    def descriptions(self) -> Descriptions:
        """What may be said of every item."""
        columns, facts = self._artefacts.rerank.columns, self._artefacts.explain.facts
        return Descriptions.of(self._artefacts.catalogue, columns, facts)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the checker knows of the catalogue."""
        return Vocabulary.of(self._artefacts.catalogue, self._artefacts.rerank.columns)

    def evidence(self, history: History, items: Items) -> list[Evidence]:
        """Evidence for each of the items (int32 [items]), in their order."""
        recent = latest(history)
        feedback = recent.feedback
        return [
            build_evidence(
                recommended, recent.items, feedback, descriptions=self.descriptions, reading=self.reading
            )
            for recommended in self._recommended(recent, items)
        ]

    def _recommended(self, history: History, items: Items) -> list[RecommendedItem]:
        """The items with what speaks for each of them."""
        influences = self._influence(history, items, self._relevance)
        # By source, the scores for one history: [items].
        scores = {
            name: values[0].tolist() for name, values in self._relevance.by_source([history], items).items()
        }
        amounts = [dict(zip(scores, row, strict=True)) for row in zip(*scores.values(), strict=True)]
        weights, popular = self._artefacts.weights, self.popular[items].tolist()
        return [
            RecommendedItem(
                item=item,
                influence=influences[:, column],
                contributions=contributions_of(amounts[column], weights),
                popular=popular[column],
            )
            for column, item in enumerate(items.tolist())
        ]

    @cached_property
    def popular(self) -> NDArray[np.bool_] | LayeredArray:
        """Whether many people took each item, bool [items]."""
        counts = self._artefacts.model(FALLBACK).scores([EMPTY_HISTORY])[0]
        taken = counts[counts > 0]
        if not len(taken):
            return np.zeros(len(counts), bool)
        enough: NDArray[np.bool_] = counts >= np.quantile(taken, 1 - POPULAR_SHARE)
        return enough
