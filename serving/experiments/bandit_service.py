"""Bandit service: draws an arm for each list, by what came of earlier ones."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from palate.experiments.bandit import Bandit, Records, no_records, read_records, thompson_draw
from palate.experiments.store import ExperimentStore
from serving.experiments.assigned_request import AssignedRequest, named_settings, with_settings


class BanditService:
    """One gateway's bandits; what they know is read from the impression log."""

    def __init__(self, bandits: Sequence[Bandit], store: ExperimentStore) -> None:
        self._bandits, self._store = bandits, store
        self._records: dict[str, Records] = {bandit.name: no_records(bandit) for bandit in bandits}
        self._looked: dict[str, float] = {}
        self._unusable: set[tuple[str, str]] = set()
        self._random = np.random.default_rng()

    def __bool__(self) -> bool:
        return bool(self._bandits)

    def drawn(self, assigned: AssignedRequest) -> AssignedRequest:
        """The request with the settings of an arm of each bandit, besides those of experiments.

        A request that itself sets what a bandit sets is none of its lists.
        """
        request, arms = assigned.request, dict(assigned.arms)
        named = named_settings(request)
        for bandit in self._bandits:
            usable = self._usable(bandit)
            if usable and not bandit.changed & named:
                arms[bandit.name] = thompson_draw(usable, self._random)
                request = with_settings(request, bandit.arms[arms[bandit.name]])
        return assigned._replace(request=request, arms=arms)

    def leave_out(self, arms: Mapping[str, str]) -> None:
        """Draw these arms no more until the next look: the release cannot make their lists."""
        self._unusable.update(arms.items())

    def _usable(self, bandit: Bandit) -> Records:
        records = self._records[bandit.name]
        return {arm: record for arm, record in records.items() if (bandit.name, arm) not in self._unusable}

    async def look(self) -> None:
        """Learn what came of the lists, where a look is due; `StoreUnavailable`."""
        for bandit in self._bandits:
            if time.monotonic() - self._looked.get(bandit.name, -np.inf) >= bandit.every_s:
                self._looked[bandit.name] = time.monotonic()
                self._unusable -= {(bandit.name, arm) for arm in bandit.arms}
                self._records[bandit.name] = await read_records(self._store.database, bandit)
