"""The committed file of a data set's variants, and the table that is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.command import markdown, write

HEADING = (
    "| variant | NDCG@10 | Recall@10 | NDCG@10, short histories | new items, Recall@10 "
    "| best epoch | s an epoch |"
)
SHOWN = ("ndcg@10", "recall@10", "short_ndcg@10")


def keep(file: Path, order: Sequence[str], name: str, found: dict[str, Any]) -> None:
    """Put a variant in place of an older measurement of it, all in the given order."""
    known = json.loads(file.read_text()) if file.exists() else {}
    known[name] = found
    ordered = {one: known[one] for one in order if one in known}
    write(file, ordered, table(ordered))


def table(variants: dict[str, Any]) -> str:
    """The variants as a Markdown table."""
    return markdown(HEADING, (_row(*variant) for variant in variants.items()))


def _row(name: str, found: dict[str, Any]) -> str:
    cold = found["cold"]["sequence, whole history"]["recall@10"] if "cold" in found else None
    values = [f"{found[metric]:.4f}" for metric in SHOWN] + ["" if cold is None else f"{cold:.4f}"]
    return f"| {name} | {' | '.join(values)} | {found['best_epoch']} | {found['seconds_an_epoch']:.0f} |"
