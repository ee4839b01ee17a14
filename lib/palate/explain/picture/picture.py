"""Counterfactual picture: an item's place with, and without, what it rests on, and the lists of either case.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.served_list import FIRST, ServedList
from palate.rank.filters import RankedItems
from palate.recommender.recommender import Recommender
from palate.stated.list_inputs import ListInputs
from palate.stated.parts import Part

REASONS = "reasons"
"""What a list may be made without, beside one of its sources."""


class ListWithout(NamedTuple):
    """The first places of a list, of which something may have been left out."""

    left_out: str
    """`REASONS` or the name of a source; empty of the list as it is."""
    items: tuple[int, ...]
    """Catalogue indices, the best first, at most `FIRST`."""


class Picture(NamedTuple):
    """What carried one item of one list."""

    item: int
    evidence: Evidence
    lists: tuple[ListWithout, ...]
    """The list as it is, without the reasons, and without the source that adds most."""


def picture_of(recommender: Recommender, inputs: ListInputs, item: int, evidence: Evidence) -> Picture:
    """The evidence for an item of a list, with the lists that it speaks of."""
    served = ServedList(recommender, inputs, np.array([item], np.int32))
    lists = [_first("", served.lists([()])[0])]
    reasons: list[Part] = [reason.item for reason in evidence.supporting_items]
    reasons += [reason.stated for reason in evidence.stated]
    if reasons:
        rest = served.lists([reasons])[0]
        lists.append(_first(REASONS, rest))
    if evidence.contributions:
        strongest = evidence.contributions[0].source
        lists.append(_first(strongest, served.by_source()[1][strongest]))
    return Picture(item, evidence, tuple(lists))


def _first(left_out: str, list_: RankedItems) -> ListWithout:
    return ListWithout(left_out, tuple(list_.items[:FIRST].tolist()))
