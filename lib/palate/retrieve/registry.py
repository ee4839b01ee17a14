"""Registry: every retriever by its name, and every model that one of them can leave by its method."""

from __future__ import annotations

from importlib import import_module

from palate.config.baselines import RETRIEVERS as ENTRIES
from palate.retrieve.base import StoredScorer
from palate.retrieve.retriever import Retriever


def _declared(module: str) -> Retriever:
    """The retriever that a module declares."""
    retriever: Retriever = import_module(module).RETRIEVER
    return retriever


RETRIEVERS: dict[str, Retriever] = {name: _declared(entry.module) for name, entry in ENTRIES.items()}
"""Every retriever by the name that configurations have, in the order of tables."""
METHODS: dict[str, type[StoredScorer]] = {
    model.method: model for retriever in RETRIEVERS.values() for model in retriever.models
}
"""Every stored method by its name, in the order of tables."""
