"""Experiment store: declarations and stopped arms in PostgreSQL, so that all replicas know the same."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from palate.errors import NotFound, PalateError
from palate.experiments.settings import Experiment
from palate.online.postgres.database import Database


class ArmState(NamedTuple):
    """What was decided about an arm, since it began or was given again."""

    stopped_at: int | None = None
    """When it was stopped, seconds since 1970; None while it is given."""
    reason: str = ""
    """Why it was stopped, also if it is given again."""
    counts_from: int = 0
    """When it was last given again, seconds since 1970; 0: never."""


GIVEN = ArmState()
ArmStates = dict[tuple[str, str], ArmState]
"""By experiment and arm; an arm that was never stopped is not in it."""


class ExperimentStore:
    """Methods raise `StoreUnavailable` if the store does not answer."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def declare(self, experiments: Sequence[Experiment]) -> None:
        """Keep declarations, each in the place of an earlier one of its name."""
        columns = [[e.name for e in experiments], [e.declaration() for e in experiments]]
        await self.database.rows(
            "INSERT INTO palate_experiments (name, declaration) SELECT * FROM unnest($1::text[], $2::text[]) "
            "ON CONFLICT (name) DO UPDATE SET declaration = excluded.declaration",
            *columns,
        )

    async def declared(self) -> dict[str, Experiment]:
        """Every experiment that was ever declared, by its name.

        Raises:
            PalateError: A declaration is of another version of Palate.
        """
        rows = await self.database.rows("SELECT name, declaration FROM palate_experiments ORDER BY name")
        return {row["name"]: _experiment(row["name"], row["declaration"]) for row in rows}

    async def experiment(self, name: str) -> Experiment:
        """The declaration of an experiment; `NotFound` if no gateway has declared it, else as `declared`."""
        sql = "SELECT declaration FROM palate_experiments WHERE name = $1"
        rows = await self.database.rows(sql, name)
        if not rows:
            raise NotFound(
                f"There is no experiment {name!r}; an endpoint declares those of its setting experiments"
            )
        return _experiment(name, rows[0]["declaration"])

    async def states(self) -> ArmStates:
        """The state of every arm that was ever stopped."""
        rows = await self.database.rows("SELECT * FROM palate_stopped_arms")
        return {
            (row["experiment"], row["arm"]): ArmState(row["stopped_at"], row["reason"], row["counts_from"])
            for row in rows
        }

    async def claim_look(self, experiment: Experiment, every_s: float) -> bool:
        """Whether a look for harm is due; if it is, it is this caller's, and no other's."""
        now = time.time()
        rows = await self.database.rows(
            "UPDATE palate_experiments SET guarded_at = $2 WHERE name = $1 AND guarded_at <= $3 RETURNING 1",
            experiment.name,
            now,
            now - every_s,
            repeatable=False,
        )
        return bool(rows)

    async def stop(self, experiment: str, arm: str, reason: str, known: ArmState = GIVEN) -> bool:
        """Stop an arm, unless its state is not the known one any more; whether it was stopped."""
        rows = await self.database.rows(
            "INSERT INTO palate_stopped_arms AS s (experiment, arm, stopped_at, reason, counts_from) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (experiment, arm) DO UPDATE "
            "SET stopped_at = excluded.stopped_at, reason = excluded.reason "
            "WHERE s.stopped_at IS NULL AND s.counts_from = excluded.counts_from RETURNING 1",
            experiment,
            arm,
            int(time.time()),
            reason,
            known.counts_from,
            repeatable=False,
        )
        return bool(rows)

    async def resume(self, experiment: str, arm: str) -> None:
        """Let an arm be given again, and its comparison begin anew; `PalateError` if it is not stopped."""
        rows = await self.database.rows(
            "UPDATE palate_stopped_arms SET stopped_at = NULL, counts_from = $3 "
            "WHERE experiment = $1 AND arm = $2 AND stopped_at IS NOT NULL RETURNING 1",
            experiment,
            arm,
            int(time.time()),
            repeatable=False,
        )
        if not rows:
            raise PalateError(f"Arm {arm!r} of experiment {experiment!r} is not stopped")


def _experiment(name: str, declaration: str) -> Experiment:
    try:
        return Experiment.model_validate_json(declaration)
    except ValueError as error:
        raise PalateError(
            f"Experiment {name!r} was declared by another version of Palate: {error}"
        ) from error
