"""Serialisation: evidence as JSON, so that a text can be held against it again wherever it is kept."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from palate.errors import PalateError
from palate.explain.evidence.evidence import Evidence

_ADAPTER = TypeAdapter(Evidence)


def evidence_json(evidence: Evidence) -> str:
    """Evidence as JSON, under the names that stored JSON has."""
    return _ADAPTER.dump_json(evidence, by_alias=True).decode()


def evidence_of(text: str) -> Evidence:
    """What `evidence_json` was given; `PalateError` for anything else."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise PalateError(f"A text's evidence cannot be read: {error}") from error
