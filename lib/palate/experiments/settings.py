"""Experiment settings: arms, who is in them, what their lists are asked with, and when an arm is stopped."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from palate.config.section import Section
from palate.online.impressions.report import CLICKS, CONVERSIONS
from palate.rank.rules import NO_CONTROL, Filters, Rules, Variety

HOUR = 3600
EXPERIMENT_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
ExperimentName = Annotated[str, Field(pattern=EXPERIMENT_NAME)]
"""Lower-case letters, digits, _ and -; the log joins names by signs that are none of these."""
Outcome = Literal["clicks", "conversions"]
Kinds = Annotated[tuple[str, ...], Field(min_length=1)]


class ArmSettings(Variety, Filters):
    """Settings of a list, as in `POST /v1/recommend`: those that are named here, and no others, are set."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        """Refuse an expression that cannot be read; `PalateError`."""
        Rules(**self.changes)
        return self

    @property
    def changes(self) -> dict[str, object]:
        """What is set, by its name."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class Arm(Section):
    """One of the ways that an experiment compares."""

    share: float = Field(gt=0, le=1)
    """Share of all users who are in it."""
    settings: ArmSettings = ArmSettings()
    """What lists of its users are asked with. `explore` without a `seed` draws anew for every list."""
    release: str | None = Field(None, min_length=1, max_length=128, pattern=NO_CONTROL)
    """Id of the release that makes its users' lists, whichever is current; without it, the current one."""


class Guard(Section):
    """When an arm is stopped because it does harm."""

    outcome: Outcome = "clicks"
    """What must not fall."""
    margin: float = Field(0.0, ge=0, lt=1)
    """Share of control's rate that an arm may lose: it is stopped once its whole interval lies below that."""
    every_s: float = Field(300.0, gt=0)
    """Seconds between looks, of all gateways together. A look reads the lists of the experiment, so give a
    large log more. Looking often does not make a false alarm more likely."""


class Experiment(Section):
    """Lists for users of some arms are asked with other settings, and what came of them is compared."""

    name: ExperimentName
    """Lower-case letters, digits, `_` and `-`. It decides who is in which arm: another name, other people."""
    arms: dict[ExperimentName, Arm] = Field(min_length=2)
    """The arms by their names. Shares may add up to less than 1; who is left is in no arm."""
    control: str = "control"
    """The arm that the others are compared with."""
    since: AwareDatetime | None = None
    """Lists before this time do not count, such as `2026-11-27T12:00Z`: set it when shares were changed."""
    window_hours: float = Field(24.0, gt=0)
    """Hours after a user's first list in which lists and events count; a user counts once they are over."""
    clicks: Kinds = CLICKS
    """Kinds of events that are clicks."""
    conversions: Kinds = CONVERSIONS
    """Kinds that are conversions."""
    expected_users: int = Field(10_000, ge=100)
    """Users of two arms for whom their interval is the tightest; it holds for any number. Choose it before
    you look."""
    guard: Guard | None = Guard()
    """When an arm is stopped; null: never."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse a control that is no arm, and more shares than there are people."""
        if self.control not in self.arms:
            raise ValueError(f"control is {self.control!r}; the arms are {', '.join(self.arms)}")
        total = sum(arm.share for arm in self.arms.values())
        if total > 1 + 1e-9:
            raise ValueError(f"the shares of the arms add up to {total:g}, more than 1")
        return self

    @property
    def treatments(self) -> dict[str, Arm]:
        """The arms but control, in their order."""
        return {name: arm for name, arm in self.arms.items() if name != self.control}

    @property
    def changed(self) -> frozenset[str]:
        """Names of the settings that some arm sets."""
        names = {name for arm in self.arms.values() for name in arm.settings.changes}
        return frozenset(names | {"release"} if self.releases else names)

    @property
    def releases(self) -> frozenset[str]:
        """Ids of the releases that arms name."""
        return frozenset(arm.release for arm in self.arms.values() if arm.release)

    @property
    def window_s(self) -> int:
        """`window_hours` in whole seconds, at least one."""
        return max(1, round(self.window_hours * HOUR))

    def declaration(self) -> str:
        """The settings as JSON, from which they can be read again."""
        return self.model_dump_json(exclude_unset=True)
