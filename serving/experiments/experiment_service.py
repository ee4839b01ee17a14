"""Experiment service: assigns users to arms, follows which arms are stopped, and stops those that do harm.

Bandits come after the experiments, list by list.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from asyncpg import PostgresError

from palate.errors import PalateError
from palate.experiments import Experiment
from palate.experiments.bandit import Bandit
from palate.experiments.guard import stop_harmful_arms
from palate.experiments.store import ArmStates, ExperimentStore
from serving.api.schemas import RecommendRequest
from serving.experiments.assigned_request import AssignedRequest, assigned
from serving.experiments.bandit_service import BanditService

log = logging.getLogger("ray.serve")

POLL_S = 2.0
"""Between looks at which arms are stopped, so much longer may a replica give one."""
FAILURES = (PalateError, PostgresError, TimeoutError)


class ExperimentService:
    """One gateway's experiments; what was decided is in the store."""

    def __init__(
        self, experiments: Sequence[Experiment], store: ExperimentStore, bandits: Sequence[Bandit] = ()
    ) -> None:
        self._experiments, self._bandits = experiments, BanditService(bandits, store)
        self._store = store
        self._states: ArmStates = {}

    @property
    def stopped(self) -> dict[tuple[str, str], bool]:
        """Whether each arm that is not control is stopped, by experiment and arm."""
        arms = [(each.name, arm) for each in self._experiments for arm in each.treatments]
        return {arm: not self._is_given(*arm) for arm in arms}

    async def start(self) -> None:
        """Declare the experiments and learn which arms are stopped; `StoreUnavailable`."""
        await self._store.declare(self._experiments)
        await self.poll()

    def assigned(self, request: RecommendRequest) -> AssignedRequest:
        """The request with the settings of its user's arms, and of those that bandits draw for it; users of
        a stopped arm are in none.
        """
        return self._bandits.drawn(assigned(request, self._experiments, self._is_given))

    def leave_out(self, arms: Mapping[str, str]) -> None:
        """Take note of arms whose lists the release cannot make; bandits draw them no more for a while."""
        self._bandits.leave_out(arms)

    async def poll(self) -> None:
        """Learn which arms are stopped; `StoreUnavailable`."""
        self._states = await self._store.states()

    async def look(self) -> None:
        """Stop what does harm and let bandits learn, where a look is due; `StoreUnavailable`."""
        for experiment in self._experiments:
            await stop_harmful_arms(self._store, experiment)
        await self._bandits.look()

    async def watch(self) -> None:
        """Follow which arms are stopped; runs until it is cancelled. Without the store all stays as it is."""
        await self._repeat(self.poll)

    async def guard(self) -> None:
        """Look for harm, and for what bandits learn from; runs until it is cancelled."""
        await self._repeat(self.look)

    async def _repeat(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            if not (self._experiments or self._bandits):
                continue
            try:
                await work()
            except FAILURES as error:
                log.warning("Experiments stay as they are: %s", error)

    def _is_given(self, experiment: str, arm: str) -> bool:
        state = self._states.get((experiment, arm))
        return state is None or state.stopped_at is None
