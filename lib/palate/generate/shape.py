"""What synthetic data look like: sizes, slope of popularity, drift, new items."""

from __future__ import annotations

from dataclasses import dataclass

from palate.errors import PalateError
from palate.schema import DAY

FEWEST_EVENTS = 3
"""Of a user, so that each has one to train, to validate and to test on."""
START = 1_704_067_200
"""When the log begins: 2024-01-01 UTC, in seconds."""
SPAN = 180 * DAY
"""How long the log is, in seconds."""
MOST_SLOPE = 3.0


@dataclass(frozen=True)
class DataShape:
    """Sizes and structure of a synthetic catalogue and its log.

    Raises:
        PalateError: A size that no data can have.
    """

    users: int
    items: int
    events: int
    seed: int = 0
    slope: float = 1.0
    """Zipf's exponent: an item of popularity rank r is taken in proportion to r ** -slope."""
    drift: float = 0.5
    """Probability, at the end of the log, that a user's taste is the one they move to."""
    new_items: float = 0.2
    """Share of items that appear after the log has begun."""

    def __post_init__(self) -> None:
        if self.users < 1 or self.items < 2 or self.seed < 0:
            raise PalateError("Data need at least 1 user, 2 items and a seed that is not negative")
        if self.events < FEWEST_EVENTS * self.users:
            raise PalateError(
                f"{self.events:,} events are too few for {self.users:,} users, of whom each needs "
                f"{FEWEST_EVENTS}: ask for {FEWEST_EVENTS * self.users:,} or more, or for fewer users"
            )
        if not 0 <= self.slope <= MOST_SLOPE:
            raise PalateError(f"The slope of popularity is between 0 and {MOST_SLOPE:g}")
        if not (0 <= self.drift <= 1 and 0 <= self.new_items < 1):
            raise PalateError("Drift is a share from 0 to 1, and the share of new items is below 1")
