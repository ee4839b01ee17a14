"""What one process holds whole in a stage, in bytes, and the refusal of what no machine can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from palate.errors import PalateError

GIB = 2**30


class Size(NamedTuple):
    """What a training learns from."""

    users: float
    items: float
    events: float


def ials_bytes(size: Size, factors: float) -> float:
    """The matrix of all events and its transpose, and a vector of each user and item."""
    return 16 * size.events + 4 * factors * (size.users + size.items)


def user_knn_bytes(size: Size, factors: float) -> float:
    """The matrix of all events."""
    return 8 * size.events


HELD_WHOLE: Mapping[str, Callable[[Size, float], float]] = {"ials": ials_bytes, "user-knn": user_knn_bytes}
"""By the method's name; EASE has a limit of its own, `baselines.ease_max_items`."""


def require_memory(methods: Iterable[str], size: Size, factors: float, memory: float) -> None:
    """Raise `PalateError` for a method that does not fit in `memory` bytes, that of the largest machine."""
    for method in methods:
        needed = HELD_WHOLE[method](size, factors) if method in HELD_WHOLE else 0.0
        if needed > memory:
            raise PalateError(
                f"{method} is fitted in one process, which would hold {needed / GIB:,.1f} GiB of "
                f"{size.events:,.0f} events and {size.users:,.0f} users; the largest machine has "
                f"{memory / GIB:,.1f}. Leave it out of baselines.methods, or add a larger machine"
            )
