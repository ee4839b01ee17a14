"""Opened language reranker: the model that the configuration names, over a catalogue."""

from __future__ import annotations

import pyarrow as pa

from palate.config import LanguageModelConfig, LanguageRerankConfig
from palate.rank.language.evidence import ItemLikelihoods
from palate.text_users.history_text import HistoryWriter


def open_likelihoods(settings: LanguageRerankConfig, catalogue: pa.Table) -> ItemLikelihoods:
    """Load the model; `PalateError` if it cannot be."""
    from palate.language.likelihood import ContinuationLikelihood  # seconds

    model = ContinuationLikelihood(LanguageModelConfig(model=settings.model, dtype=settings.dtype))
    writer = HistoryWriter(
        catalogue, settings.history, model.count_tokens, setting="rerank.language_model.history.event"
    )
    return ItemLikelihoods(writer, model, settings.history.separator)
