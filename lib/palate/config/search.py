"""Hyperparameter search: what `jobs.tune` tries."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from palate.config.section import Section

Value = bool | int | float | str
TUNED = "sequence."
"""What the path of a setting that can be searched begins with."""


class RangeConfig(Section):
    """Numbers between two others."""

    low: float
    """The least."""
    high: float
    """The most."""
    log: bool = False
    """Draw orders of magnitude, not differences, alike."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError("low must be less than high, and more than 0 where log is true")
        return self


def _space() -> dict[str, RangeConfig | tuple[Value, ...]]:
    return {
        "sequence.learning_rate": RangeConfig(low=5e-4, high=5e-3, log=True),
        "sequence.weight_decay": RangeConfig(low=1e-3, high=1.0, log=True),
        "sequence.dropout": RangeConfig(low=0.1, high=0.5),
        "sequence.residual_dropout": RangeConfig(low=0.0, high=0.6),
        "sequence.layers": (1, 2, 3),
    }


class TuneConfig(Section):
    """The search for settings of the sequence model, on the validation events."""

    trials: int = Field(20, ge=1)
    """Trainings that are begun. The first is with the settings as they are."""
    at_once: int = Field(1, ge=1)
    """Trainings that run at the same time, each with `resources.cpus_per_train_worker` CPUs."""
    grace_epochs: int = Field(3, ge=1)
    """Epochs that every trial has; then the worse two of three are stopped, and so at three times as many."""
    space: dict[str, RangeConfig | tuple[Value, ...]] = Field(default_factory=_space, min_length=1)
    """What is tried for each setting of the section `sequence`: a range, or a list of values."""

    @model_validator(mode="after")
    def _is_of_the_sequence_model(self) -> Self:
        others = [path for path in self.space if not path.startswith(TUNED)]
        if others:
            raise ValueError(
                f"only settings of the section sequence can be searched, not {', '.join(others)}"
            )
        return self
