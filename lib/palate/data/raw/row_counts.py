"""Row accounting: what became of a table's rows, in = kept + refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RowCounts:
    """Counts of a raw table's rows."""

    rows_in: int
    rows_kept: int
    refused: Counter[str]
    """Quarantined rows by reason."""

    def __post_init__(self) -> None:
        """A row that is neither kept nor refused would be lost: that is never to happen."""
        if self.rows_kept + self.refused.total() != self.rows_in:
            raise RuntimeError(
                f"{self.rows_in} rows were read, but {self.rows_kept} kept and {self.refused.total()} "
                "quarantined: rows were lost or doubled"
            )

    def to_json(self) -> dict[str, Any]:
        """The counts as plain values."""
        return {"rows_in": self.rows_in, "rows_kept": self.rows_kept, "quarantined": dict(self.refused)}


def summary(catalogue: RowCounts, events: RowCounts, users: int) -> dict[str, Any]:
    """What `summary.json` says of a prepared data set."""
    return {
        "users": users,
        "items": catalogue.rows_kept,
        "events": events.rows_kept,
        "quarantined": dict(catalogue.refused + events.refused),
        "rows_in": catalogue.rows_in + events.rows_in,
        "rows_kept": catalogue.rows_kept + events.rows_kept,
        "tables": {"catalogue": catalogue.to_json(), "events": events.to_json()},
    }
