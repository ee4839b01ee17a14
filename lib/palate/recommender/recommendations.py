"""Recommendation lists: what a person reads of a list, with a table to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

HEADER = ("#", "item", "title", "score", "like")


class ListReason(NamedTuple):
    """An item of the history that resembles the recommended one."""

    item: str
    title: str
    similarity: float
    """Cosine of their vectors in the sequence model."""


class Recommendation(NamedTuple):
    """One item of a list."""

    item: str
    """The item's id."""
    title: str
    score: float
    """What the list is ordered by, falling; comparable within one list only."""
    reasons: tuple[ListReason, ...] = ()
    """The most similar items of the history first; empty without a history, and in other lists."""


class Recommendations(tuple[Recommendation, ...]):
    """A list, the best item first; it prints as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        table = [HEADER, *(_cells(rank, item) for rank, item in enumerate(self, 1))]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        return "\n".join(_line(row, widths) for row in table)

    def to_pandas(self) -> pd.DataFrame:
        """A row for each item, with the columns item, title, score and reasons."""
        import pandas as pd

        return pd.DataFrame(list(self), columns=list(Recommendation._fields))


def _cells(rank: int, item: Recommendation) -> tuple[str, ...]:
    titles = ", ".join(reason.title for reason in item.reasons)
    return (str(rank), item.item, item.title, f"{item.score:.4f}", titles)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
