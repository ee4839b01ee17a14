"""Log-likelihood ratio: which combinations of categories are significant for somebody's taste."""

from __future__ import annotations

from collections.abc import Mapping, Set
from math import log
from typing import NamedTuple

from palate.explain.evidence.descriptions import Combination

SUPPORT = 3
"""Items that an interest rests on at least."""
SHORT, SHORT_SUPPORT = 6, 2
"""A history of fewer items than this needs only so many: with one nothing occurs again."""
SHARE = 0.05
"""Share of the person's items that have it at least: nobody comes back to one item in a hundred."""
LIFT = 1.25
"""How many times as frequent as in the catalogue a combination is at least; less is not worth a line."""
CLEAR = 1.35
"""Log-likelihood ratio of an interest at least: what chance alone reaches in one of ten cases (chi-square
of 2.7 with one degree of freedom). It only keeps accidents out: many combinations are looked at."""
COVERED = 0.5
"""An interest is redundant if one that tells more has more than this share of its items."""


class CategoryCounts(NamedTuple):
    """How often a combination occurs."""

    own: int
    """Among the person's items."""
    items: int
    """Items of the person, at least 1."""
    everywhere: int
    """In the catalogue; at least `own`."""
    catalogue: int
    """Items of the catalogue."""

    @property
    def lift(self) -> float:
        """How many times as frequent as in the catalogue."""
        return self.own * self.catalogue / (self.items * self.everywhere)

    @property
    def log_likelihood_ratio(self) -> float:
        """How much likelier the count is with the person's own share p than with the catalogue's share q.

            own ln(p / q) + (items - own) ln((1 - p) / (1 - q))

        The first term is support times the logarithm of lift; the second takes off what a large history
        shows by chance. It is half of G, as in Dunning, "Accurate Methods for the Statistics of Surprise
        and Coincidence", Computational Linguistics 19(1), 1993: a rare combination needs few items, a
        frequent one many, so no category wins by being everywhere or by being rare.
        """
        mine, share = self.own / self.items, self.everywhere / self.catalogue
        rest = self.items - self.own
        return self.own * log(mine / share) + (rest * log((1 - mine) / (1 - share)) if rest else 0.0)


def most_significant(
    own_items: Mapping[Combination, Set[int]],
    items: int,
    everywhere: Mapping[Combination, int],
    catalogue: int,
) -> list[Combination]:
    """The combinations that are clearly more frequent than in the catalogue, the most telling first.

    `own_items` has the person's items of each combination, `items` is how many the person has, `everywhere`
    how many items of the catalogue have each combination. Of equals two categories come before one, then the
    first by name. One whose items are mostly those of another, more telling one is left out: after
    "science-fiction thrillers" hardly anything is left of "thrillers".
    """
    counts = {
        names: CategoryCounts(len(own), items, everywhere[names], catalogue)
        for names, own in own_items.items()
    }
    clear = [names for names, count in counts.items() if _is_clear(count)]
    chosen: list[Combination] = []
    for names in sorted(clear, key=lambda names: (-counts[names].log_likelihood_ratio, -len(names), names)):
        if not any(_covers(own_items[other], own_items[names]) for other in chosen):
            chosen.append(names)
    return chosen


def _is_clear(counts: CategoryCounts) -> bool:
    enough = SHORT_SUPPORT if counts.items < SHORT else SUPPORT
    frequent = counts.own >= max(enough, SHARE * counts.items)
    return frequent and counts.lift >= LIFT and counts.log_likelihood_ratio >= CLEAR


def _covers(items: Set[int], covered: Set[int]) -> bool:
    return len(items & covered) > COVERED * len(covered)
