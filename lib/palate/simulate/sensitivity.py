"""Sensitivity: the gain by live histories again at half and double of each parameter of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pydantic import ValidationError

from palate.simulate.policies import LIVE, STATIC
from palate.simulate.settings import PARAMETERS, StudySettings, WorldSettings
from palate.simulate.study import Estimate, StudyResult, run_study

FACTORS = (0.5, 2.0)
COMPARED = (STATIC, LIVE)


class Variation(NamedTuple):
    """The gain in a world with one parameter changed."""

    parameter: str
    value: float
    gain: Estimate
    """Cumulative satisfaction of `LIVE` over `STATIC`, less 1."""


def varied_worlds(world: WorldSettings) -> Iterator[tuple[str, WorldSettings]]:
    """Each parameter halved and doubled, all others as they are; what cannot be doubled is left out."""
    for name in PARAMETERS:
        for factor in FACTORS:
            settings = world.model_dump() | {name: getattr(world, name) * factor}
            try:
                yield name, WorldSettings.model_validate(settings)
            except ValidationError:  # a share or a memory of more than all there is
                continue


def sensitivity(
    world: WorldSettings, study: StudySettings, after_round: Callable[[], None] = lambda: None
) -> list[Variation]:
    """The gain in every varied world."""
    return [
        _variation(name, run_study(varied, study, COMPARED, after_round))
        for name, varied in varied_worlds(world)
    ]


def _variation(name: str, result: StudyResult) -> Variation:
    return Variation(name, float(getattr(result.world, name)), result.gain(LIVE, STATIC))
