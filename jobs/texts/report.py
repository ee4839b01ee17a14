"""Report of a batch of texts: how many of which kind, and why others are not there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from jobs.texts.writer_actor import QUARANTINE, REASONS, REJECTED, SOURCE, TEXTS
from palate.data.raw.quarantine import counts_by_reason
from palate.explain.generate.first_pass_rate import kind_of_reason
from palate.schema import KIND
from palate.storage import Folder

SOURCES = ("own", "retry", "template")


def text_report(folder: Folder) -> dict[str, Any]:
    """Texts by kind and source, attempts of the model that were rejected by reason, and the quarantine."""
    sources: dict[str, Counter[str]] = {}
    rejected: Counter[str] = Counter()
    for table in folder.tables(TEXTS):
        for row in table.select([KIND, SOURCE, REJECTED]).to_pylist():
            sources.setdefault(row[KIND], Counter())[row[SOURCE]] += 1
            for attempt in row[REJECTED]:
                rejected.update({kind_of_reason(reason) for reason in attempt[REASONS]})
    refused = sum((counts_by_reason(table) for table in folder.tables(QUARANTINE)), Counter[str]())
    return {
        "texts": {kind: _in_order(counts) for kind, counts in sources.items()},
        "rejected_for": dict(rejected.most_common()),
        "quarantined": dict(refused.most_common()),
    }


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in SOURCES}
