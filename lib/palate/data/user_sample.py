"""User sample: a share of the users who stand for all, the same ones however users are sharded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from palate.data.hashing import text_hashes


class UserSample(NamedTuple):
    """Users whose id's hash is among the lowest of all possible ones."""

    share: float = 1.0
    """Of the users, 0 to 1; with 1 everybody."""

    @classmethod
    def of_at_most(cls, most: int, users: int) -> Self:
        """Everybody, or about `most` of so many users."""
        return cls(min(1.0, most / max(1, users)))

    def rows(self, users: Sequence[str]) -> NDArray[np.int64]:
        """Positions of those of the users that are drawn, rising, int64 [drawn]."""
        if self.share >= 1:
            return np.arange(len(users))
        return np.flatnonzero(text_hashes(users) < self.share * 2.0**64)


EVERYBODY = UserSample()
