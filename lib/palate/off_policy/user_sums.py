"""Cluster-robust intervals: ratios of sums over lists, of which those of one user are dependent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.off_policy.whole_lists import NORMAL_95, PolicyValue

Values = NDArray[np.float64]


class Influence(NamedTuple):
    """A figure made of sums, and how much it moves with each of them."""

    value: float
    slope: Values
    """Of the value by each sum, [sums]."""

    def minus(self, other: Influence) -> Influence:
        """The difference of two figures of the same sums."""
        return Influence(self.value - other.value, self.slope - other.slope)


class UserSums:
    """Sums of lists' terms, and the products of each user's own sums; the memory does not grow with the log.

    Lists of one user come one after the other. The variance of a figure f of the sums T is
    n / (n - 1) sum over the n users of (grad f . (t_u - T / n))^2: the delta method with users as clusters.
    """

    def __init__(self, terms: int) -> None:
        """Take how many sums there are."""
        self.total = np.zeros(terms)
        self._closed = 0
        self._products = np.zeros((terms, terms))
        self._user: tuple[str, ...] | None = None
        self._own = np.zeros(terms)

    def add(self, user: tuple[str, ...], terms: Values) -> None:
        """Add the terms of one list, [terms]."""
        if user != self._user:
            self._close()
            self._user = user
        self._own += terms
        self.total += terms

    @property
    def users(self) -> int:
        """How many there are."""
        return self._closed + (self._user is not None)

    def ratio(self, over: Values, under: Values) -> Influence:
        """The ratio of two weighted sums, each by its weights, [terms]; the lower one is not 0."""
        below = float(under @ self.total)
        value = float(over @ self.total) / below
        return Influence(value, (over - value * under) / below)

    def interval(self, figure: Influence) -> PolicyValue:
        """The figure with its 95 % interval, by the normal approximation; at least two users."""
        self._close()
        mean = float(figure.slope @ self.total) / self.users
        squares = float(figure.slope @ self._products @ figure.slope) - self.users * mean**2
        half = NORMAL_95 * float(np.sqrt(max(squares, 0.0) * self.users / (self.users - 1)))
        return PolicyValue(figure.value, figure.value - half, figure.value + half)

    def _close(self) -> None:
        """Take the sums of the latest user among the products."""
        if self._user is not None:
            self._products += np.outer(self._own, self._own)
            self._closed += 1
            self._user, self._own = None, np.zeros_like(self._own)
