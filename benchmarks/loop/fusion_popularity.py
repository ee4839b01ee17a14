"""Fusion against popularity in the long run: the simulator's hybrid with `popularity_power` and without.

What people met by themselves before the first list hangs on popularity, and the hybrid is weighed by it; the
simulator knows what they are satisfied by. The rival is the sequence model alone.
"""

from __future__ import annotations

from typing import Any

import torch

from palate.simulate.policies import STATIC, STATIC_HYBRID
from palate.simulate.settings import StudySettings, WorldSettings
from palate.simulate.study import StudyResult, estimate, run_study

POWERS = (0.0, 1.0)


def measured() -> dict[str, Any]:
    """The gain in satisfaction by a power of 1, in each world, and the coverage of both."""
    torch.set_num_threads(1)
    plain, weighed = (_studied(power) for power in POWERS)
    gains = weighed.totals(STATIC_HYBRID, "satisfaction") / plain.totals(STATIC_HYBRID, "satisfaction") - 1
    return {
        "value": estimate(gains).mean,
        "interval": [estimate(gains).low, estimate(gains).high],
        "gain in each world": gains.tolist(),
        "coverage without": plain.estimate(STATIC_HYBRID, "coverage").mean,
        "coverage with": weighed.estimate(STATIC_HYBRID, "coverage").mean,
        "trivial_rival": {"gain of the sequence model alone": plain.gain(STATIC, STATIC_HYBRID).mean},
        "how": "cumulative satisfaction of the hybrid, never retrained, with hybrid.popularity_power of 1 "
        "over the same with 0, less 1; 1,000 people, 10,000 items, 10 first events, 50 rounds",
    }


def _studied(power: float) -> StudyResult:
    return run_study(WorldSettings(), StudySettings(popularity_power=power), (STATIC, STATIC_HYBRID))
