"""Unit costs: a committed file of what was measured and what is assumed, each of which can be overridden."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from palate.errors import PalateError


class UnitCost(BaseModel):
    """One number of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    unit: str
    where: str
    """Where it was measured, or what is assumed."""
    is_measured: bool


class Costs:
    """All numbers by name; `costs.row_s` is the value of one."""

    def __init__(self, costs: dict[str, UnitCost]) -> None:
        self.all = costs

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["all"][name].value  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def changed(self, words: Iterable[str]) -> Costs:
        """The costs with others in place, each as `name=value`; `PalateError` for one that is none."""
        costs = dict(self.all)
        for word in words:
            name, _, text = word.partition("=")
            if name not in costs:
                near = difflib.get_close_matches(name, costs, n=1, cutoff=0.3)
                raise PalateError(f"There is no unit cost {name!r}; did you mean {(near or list(costs))[0]}?")
            changed = {"value": _positive(name, text), "where": "given", "is_measured": False}
            costs[name] = costs[name].model_copy(update=changed)
        return Costs(costs)


@cache
def unit_costs() -> Costs:
    """What was measured and what is assumed, as the file has it."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(
        files("palate.planning").joinpath("costs.yaml").read_text("utf-8")
    )
    return Costs(
        {
            name: UnitCost(**entry, is_measured=part == "measured")
            for part, entries in content.items()
            for name, entry in entries.items()
        }
    )


def _positive(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise PalateError(f"{name} is to be a number above 0, such as {name}=0.5, not {text!r}")
    return value
