"""The probability that a user's next event is a given candidate, and of a given action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import ScoreMode
from palate.errors import PalateError


@dataclass(frozen=True)
class ActionModel:
    """A logistic regression an action, each with Platt's calibration: sigmoid(slope * logit + shift).

    Source of the calibration: Platt, Probabilistic outputs for support vector machines, 1999.
    """

    features: tuple[str, ...]
    """Names of the columns that it reads."""
    actions: tuple[str, ...]
    mean: NDArray[np.float64]
    """Subtracted from the features, shape [features]."""
    scale: NDArray[np.float64]
    """The features are divided by it, shape [features]."""
    coefficients: NDArray[np.float64]
    """Shape [actions, features]."""
    intercepts: NDArray[np.float64]
    """Shape [actions]."""
    slopes: NDArray[np.float64]
    """Of the calibration, shape [actions]."""
    shifts: NDArray[np.float64]
    """Of the calibration, shape [actions]."""

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated P(action), float32 [n, actions], of candidates with these features [n, features]."""
        return sigmoid(self.slopes * self.logits(features) + self.shifts).astype(np.float32)

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds before the calibration, float64 [n, actions]."""
        found: NDArray[np.float64] = ((features - self.mean) / self.scale) @ self.coefficients.T
        return found + self.intercepts

    def state(self) -> dict[str, Any]:
        """Everything as lists of numbers and names."""
        return {
            name: list(value) if isinstance(value, tuple) else value.tolist()
            for name, value in vars(self).items()
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> ActionModel:
        """The model again; `PalateError` if something is missing or of another shape."""
        try:
            features, actions = tuple(state["features"]), tuple(state["actions"])
            arrays = {name: np.asarray(state[name], np.float64) for name in _shapes(0, 0)}
        except (KeyError, TypeError, ValueError) as error:
            raise PalateError(f"The action model cannot be read ({error}); train it again") from error
        expected = _shapes(len(features), len(actions))
        if any(arrays[name].shape != shape for name, shape in expected.items()):
            raise PalateError("The action model's numbers do not fit its features; train it again")
        return cls(features, actions, **arrays)


class Reranking(NamedTuple):
    """How a release orders candidates."""

    model: ActionModel
    score: ScoreMode
    """What the list is ordered by."""
    target: int
    """Column of the action that counts for it among the model's probabilities."""
    report: dict[str, Any]
    """What was measured when the model was trained."""


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-logit)), without overflow."""
    found: NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * logits))
    return found


def _shapes(features: int, actions: int) -> dict[str, tuple[int, ...]]:
    return {
        "mean": (features,),
        "scale": (features,),
        "coefficients": (actions, features),
        "intercepts": (actions,),
        "slopes": (actions,),
        "shifts": (actions,),
    }
