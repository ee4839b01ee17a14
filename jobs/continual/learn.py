"""A deployment that keeps itself fresh: updates at intervals, and a retrain where events have drifted."""

from __future__ import annotations

import logging
import re
import threading
import time
from typing import Any

from rich.console import Console

from jobs.retrain import retrain
from jobs.runtime.faults import machine_fault
from jobs.update import DRIFT, update
from palate.config import Config
from palate.errors import PalateError
from palate.evaluate.drift import Drift

log = logging.getLogger(__name__)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_console = Console(stderr=True)


def learn(config: Config, every_s: float, rounds: int | None = None) -> None:
    """Look for what is new every so many seconds, for ever or for so many rounds.

    What a round fails of is told, and the next round tries again.
    """
    done, pause = 0, threading.Event()
    while True:
        began = time.monotonic()
        _console.print(_round(config, began), highlight=False)
        done += 1
        if done == rounds:
            return
        pause.wait(max(0.0, began + every_s - time.monotonic()))


def seconds_of(text: str) -> float:
    """`15m` as 900; `PalateError` for what is no time."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text.strip())
    if found is None or float(found[1]) <= 0:
        raise PalateError(f"--every is {text!r}; it is a number and a unit: 30s, 15m, 6h or 1d")
    return float(found[1]) * _UNITS[found[2]]


def _round(config: Config, began: float) -> str:
    """One line of what a round did."""
    try:
        metrics = update(config)
        if metrics is None:
            return "nothing new"
        if _is_due(metrics, config):
            metrics = retrain(config)
    except PalateError as error:
        return f"failed, the next round tries again: {error}"
    except Exception as error:  # whatever it is, a deployment that learns must not stop learning
        log.exception("a round of learning failed")
        return f"failed, the next round tries again: {machine_fault(error) or type(error).__name__}"
    return f"{_outcome(metrics)} after {time.monotonic() - began:.0f} s"


def _is_due(metrics: dict[str, Any], config: Config) -> bool:
    drift = metrics.get(DRIFT)
    return drift is not None and Drift(**drift).excess > config.update.retrain_drift


def _outcome(metrics: dict[str, Any]) -> str:
    release = metrics["release"]
    return f"release {release['id']}" + (" is kept back" if "kept_back" in release else "")
