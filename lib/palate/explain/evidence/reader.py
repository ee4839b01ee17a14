"""Evidence of a release: for the items of a list, from the models and tables of one release.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.config.explain import InfluenceMethod
from palate.data.histories import EMPTY_HISTORY, History
from palate.explain.evidence.attribution import attribution
from palate.explain.evidence.described import DescribedItems, fact_finder
from palate.explain.evidence.descriptions import Descriptions
from palate.explain.evidence.evidence import (
    SUPPORTING_ITEMS,
    Evidence,
    ItemInfluence,
    RecommendedItem,
    StatedReason,
    WordInfluence,
    build_evidence,
    contributions_of,
)
from palate.explain.evidence.influence import Items, Scores, recent_items
from palate.explain.evidence.reasons import find_reasons
from palate.explain.evidence.sentiment import EventReading
from palate.explain.evidence.served_list import ServedList, place_of
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.evidence.word_influence import WordScore, word_influences
from palate.explain.text.detection import written_language
from palate.explain.text.style import TextStyle
from palate.facts import FactFinder
from palate.live.layered import LayeredArray
from palate.live.overlay import Overlay
from palate.recommender.artefacts import FALLBACK
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.stated.list_inputs import ListInputs
from palate.stated.parts import Part, Stated

POPULAR_SHARE = 0.1
"""Of the items that anybody took, this share counts as popular."""


class EvidenceReader:
    """Works out evidence for people of one release."""

    def __init__(self, recommender: Recommender) -> None:
        """Share the models of a release."""
        artefacts = recommender.artefacts
        self.recommender, self._artefacts = recommender, artefacts
        self._method: InfluenceMethod = artefacts.explain.influence
        language = written_language(artefacts.explain, artefacts.catalogue)
        self.reading = EventReading.of(artefacts.explain, artefacts.negative, language)
        self.style = TextStyle.of(artefacts.explain)

    def by(self, method: InfluenceMethod | None) -> EvidenceReader:
        """The reader with another method of influence; itself for None."""
        if method is None:
            return self
        other = copy(self)
        other._method = method
        return other

    def over(self, overlay: Overlay) -> EvidenceReader:
        """The reader for live items too, of which nobody has taken a new one yet."""
        columns, facts = self._artefacts.rerank.columns, self._artefacts.explain.facts
        layered = copy(self)
        layered.recommender = self.recommender.over(overlay)
        plain = Descriptions.of(overlay.table, columns, facts).items
        described = DescribedItems(plain, overlay.table, self._finder)
        live = Descriptions([described[row] for row in range(len(plain))])
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
        plain = Descriptions.of(self._artefacts.catalogue, columns, facts).items
        return Descriptions(DescribedItems(plain, self._artefacts.catalogue, self._finder))

    @cached_property
    def _finder(self) -> FactFinder:
        """What finds facts in rows of the catalogue."""
        artefacts = self._artefacts
        return fact_finder(artefacts.catalogue, artefacts.rerank.columns, artefacts.explain)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the checker knows of the catalogue."""
        artefacts = self._artefacts
        return Vocabulary.of(artefacts.catalogue, artefacts.rerank.columns, artefacts.steering.nouns)

    def warm(self) -> None:
        """Read now what every explanation needs."""
        _ = self.descriptions, self.vocabulary, self.popular
        some = np.zeros(1, np.int32)
        self.evidence(ListInputs(Query(History(some, np.zeros(1, np.int64)))), some)

    def evidence(self, inputs: ListInputs, items: Items) -> list[Evidence]:
        """Evidence for each of the items (int32 [items]), in their order, in the list that is made of this.

        What the list may hold shares its lists; of the others, which were seen, each has lists of its own.
        """
        query = inputs.without()
        kept_out = np.isin(items, np.concatenate((inputs.query.seen, query.exclude)))
        alone = [items[row : row + 1] for row in np.flatnonzero(kept_out)]
        groups = [group for group in (items[~kept_out], *alone) if len(group)]
        found = {
            recommended.item: self._evidence_for(query.history, recommended)
            for group in groups
            for recommended in self._recommended(ServedList(self.recommender, inputs, group), group)
        }
        return [found[item] for item in items.tolist()]

    def _evidence_for(self, history: History, recommended: RecommendedItem) -> Evidence:
        return build_evidence(
            recommended,
            history.items,
            history.feedback,
            descriptions=self.descriptions,
            reading=self.reading,
        )

    def _recommended(self, served: ServedList, items: Items) -> list[RecommendedItem]:
        """The items with what speaks for each of them."""
        inputs = served.inputs
        parts = [*recent_items(inputs.without().history).tolist(), *inputs.stated]
        carrying = attribution(self._method, parts, items, served)
        scores, lists = served.by_source()
        weights, popular = self._artefacts.weights, self.popular[items].tolist()
        found = []
        for column, item in enumerate(items.tolist()):
            amounts = {source: values[column] for source, values in scores.items()}
            places = {source: place_of(list_, item) or None for source, list_ in lists.items()}
            carried = self._carried(served, item, parts, carrying.influence[:, column])
            contributions = contributions_of(amounts, weights, places)
            fidelity = None if carrying.fidelity is None else float(carrying.fidelity[column])
            found.append(
                carried._replace(contributions=contributions, popular=popular[column], fidelity=fidelity)
            )
        return found

    def _carried(
        self, served: ServedList, item: int, parts: Sequence[Part], influence: Scores
    ) -> RecommendedItem:
        """An item with the reasons for it and what else speaks for it; `influence` is [parts]."""
        reasons = find_reasons(item, parts, influence=influence, standings=served.standings)
        strength = dict(zip(parts, influence.tolist(), strict=True))
        speaking = [part for part in parts if strength[part] > 0 and part not in (item, *reasons.parts)]
        others = sorted(speaking, key=lambda part: -strength[part])[: SUPPORTING_ITEMS - len(reasons.parts)]
        alone = [(part,) for part in (*reasons.parts, *others)]
        places = served.standings(alone, np.array([item], np.int32)).places[:, 0].tolist()
        told = {part: place or None for (part,), place in zip(alone, places, strict=True)}
        stated = _stated(reasons.parts, strength, told)
        return RecommendedItem(
            item=item,
            reasons=_items(reasons.parts, strength, told),
            others=_items(others, strength, told),
            place=reasons.place or None,
            place_without=reasons.place_without or None,
            stated=tuple(one._replace(words=self._words(served, one.stated, item)) for one in stated),
            other_stated=_stated(others, strength, told),
        )

    def _words(self, served: ServedList, stated: Stated, item: int) -> tuple[WordInfluence, ...]:
        """What the words of a text do for an item; a line or a request draws by more than its words."""
        if stated not in served.inputs.said:
            return ()
        score = WordScore(served, stated, self.recommender.encoder.encode_requests)
        return word_influences(self._method, score, item)

    @cached_property
    def popular(self) -> NDArray[np.bool_] | LayeredArray:
        """Whether many people took each item, bool [items]."""
        counts = self._artefacts.model(FALLBACK).scores([EMPTY_HISTORY])[0]
        taken = counts[counts > 0]
        if not len(taken):
            return np.zeros(len(counts), bool)
        enough: NDArray[np.bool_] = counts >= np.quantile(taken, 1 - POPULAR_SHARE)
        return enough


def _items(
    parts: Sequence[Part], strength: Mapping[Part, float], places: Mapping[Part, int | None]
) -> tuple[ItemInfluence, ...]:
    """The items of the history among the parts."""
    items = (part for part in parts if not isinstance(part, Stated))
    return tuple(ItemInfluence(item, strength[item], places[item]) for item in items)


def _stated(
    parts: Sequence[Part], strength: Mapping[Part, float], places: Mapping[Part, int | None]
) -> tuple[StatedReason, ...]:
    """What was said among the parts."""
    said = (part for part in parts if isinstance(part, Stated))
    return tuple(StatedReason(*part, strength[part], places[part]) for part in said)
