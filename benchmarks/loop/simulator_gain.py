"""Gain by live histories in the long run: `python -m benchmarks.loop.simulator_gain`.

The settings are those of `palate simulate`, which were set before any policy was run. The gain is in
cumulative satisfaction, of the sequence model that reads histories as they are over the same model that is
never retrained, in the same worlds; it is shown beside the trivial rivals. `palate simulate` runs all policies.
"""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.loop.results import write_figures
from palate.simulate.policies import LIVE, POPULAR, RANDOM, STATIC
from palate.simulate.settings import StudySettings, WorldSettings
from palate.simulate.study import MEASURES, SATISFACTION, StudyResult, run_study

COMMAND = "python -m benchmarks.loop.simulator_gain"
HOW = (
    "cumulative satisfaction of the live sequence model over the same model never retrained, less 1; 1,000 "
    "people, 10,000 items, 10 first events, 50 rounds; mean and 95 % interval over worlds"
)


def main() -> None:
    """Run the two and the trivial rivals, print the estimates and write the figures."""
    torch.set_num_threads(1)
    result = run_study(WorldSettings(), StudySettings(), (RANDOM, POPULAR, STATIC, LIVE))
    gain = result.gain(LIVE, STATIC)
    for name, measures in table(result).items():
        print(name, measures)
    print("gain", gain)
    write_figures(
        COMMAND,
        simulator_gain={"value": gain.mean, "how": HOW, "wanted": "0.15 or more"} | beside(result),
        simulator_gain_low={
            "value": gain.low,
            "how": f"lower end of the interval: {HOW}",
            "coverage live": result.estimate(LIVE, "coverage").mean,
            "coverage never retrained": result.estimate(STATIC, "coverage").mean,
            "wanted": "0.15 or more, and coverage no less",
        },
    )


def beside(result: StudyResult) -> dict[str, Any]:
    """The trivial rivals' gains over the same, and every measure of every policy."""
    rivals = {name: result.gain(name, STATIC)._asdict() for name in (RANDOM, POPULAR)}
    worlds = result.study.seeds
    return {"worlds": worlds, "gain of trivial rivals": rivals, "policies": table(result)}


def table(result: StudyResult) -> dict[str, Any]:
    """Mean, low and high of every measure by policy, and the gain over the static one."""
    return {
        name: {measure: _rounded(result.estimate(name, measure)) for measure in MEASURES}
        | {"gain": _rounded(result.gain(name, STATIC, SATISFACTION))}
        for name in result.courses
    }


def _rounded(estimate: tuple[float, ...]) -> list[float]:
    return [round(value, 4) for value in estimate]


if __name__ == "__main__":
    main()
