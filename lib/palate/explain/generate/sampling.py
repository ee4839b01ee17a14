"""Sampling: evidence as a release would give it, for many people at many moments.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from random import Random

import numpy as np

from palate.data.histories import History
from palate.errors import PalateError
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.reader import EvidenceReader
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.stated.list_inputs import ListInputs

LIST_LENGTH = 50
"""Places of the list that recommended items are drawn from."""
ITEMS_A_PERSON = 4
"""Items explained to somebody at one moment; then comes somebody else."""


class EvidenceDraw:
    """Draws evidence from what a release recommends to its users at earlier moments of their histories."""

    def __init__(self, recommender: Recommender, users: KnownUsers) -> None:
        """Share the models of a release."""
        self.reader = EvidenceReader(recommender)
        self._recommender, self._users = recommender, users

    def evidence(self, users: Sequence[str], seed: int) -> Iterator[Evidence]:
        """Endless evidence for these users, in an order drawn with the seed; each at ever new moments.

        `PalateError` where nothing can be recommended to any of them.
        """
        random = Random(seed)
        order = random.sample(users, len(users))
        fruitless = 0
        for user in cycle(order):
            drawn = self._of(self._moment(user, random), random)
            fruitless = 0 if drawn else fruitless + 1
            if fruitless > len(order):
                raise PalateError(
                    "The release recommends nothing to its users, so there is nothing to explain"
                )
            yield from drawn

    def _moment(self, user: str, random: Random) -> History:
        """The user as they were once, which may be before their first event."""
        history = self._users.history(user)
        return history.only(slice(random.randint(0, len(history.items))))

    def _of(self, history: History, random: Random) -> list[Evidence]:
        query = self._recommender.query(history, LIST_LENGTH)
        ranking = self._recommender.answer([query]).rankings[0]
        places = range(len(ranking.items))
        chosen = random.sample(places, min(ITEMS_A_PERSON, len(places)))
        return (
            self.reader.evidence(ListInputs(query), ranking.items[chosen].astype(np.int32)) if chosen else []
        )
