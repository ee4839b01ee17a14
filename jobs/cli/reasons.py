"""Why the items of a list are recommended, written in this very process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console

from palate.data.histories import History
from palate.explain import TextRequest, WrittenText, explanation_request, write_texts
from palate.explain.evidence.reader import EvidenceReader
from palate.language.engine import Engine
from palate.recommender.recommender import Recommendation, Recommender


def somebody(recommender: Recommender, user: str | None, liked: Sequence[str]) -> History:
    """A user of the release, or else somebody new who liked these items; `PalateError` for unknown ones."""
    if user is not None:
        return recommender.history(user)
    items = recommender.catalogue.indices(list(liked))
    return History(items, np.arange(len(items), dtype=np.int64), np.full(len(items), "like"))


def reasons(recommender: Recommender, history: History, found: Sequence[Recommendation]) -> list[WrittenText]:
    """A checked sentence for each place of a list."""
    if not found:
        return []
    model = recommender.artefacts.explain.language_model
    with Console(stderr=True).status(f"Waiting for {model.model} to write, which takes half a minute"):
        requests = _requests(recommender, history, found)
        return write_texts(requests, Engine(model).write, constrained=model.grammar)


def _requests(
    recommender: Recommender, history: History, found: Sequence[Recommendation]
) -> list[TextRequest]:
    reader = EvidenceReader(recommender.artefacts, recommender.encoder)
    items = np.array([recommender.catalogue.index(place.item) for place in found], np.int32)
    pairs = zip(found, reader.evidence(history, items), strict=True)
    return [explanation_request(place.item, evidence, reader.vocabulary) for place, evidence in pairs]
