"""Action model: the probability that a user's next event is a given candidate, and of a given action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import ScoreMode
from palate.errors import PalateError
from palate.rank.conditional_logit import log_shares


@dataclass(frozen=True)
class ActionModel:
    """A conditional logit an action, each with Platt's calibration: sigmoid(slope * log share + shift).

    The share is the softmax over one user's candidates, `fit_choice`; that one of them is taken at all, and
    how far the shares can be trusted, is the calibration's. Its source: Platt, "Probabilistic outputs for
    support vector machines", 1999.
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
    slopes: NDArray[np.float64]
    """Of the calibration, shape [actions]."""
    shifts: NDArray[np.float64]
    """Of the calibration, shape [actions]."""

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated P(action), float32 [n, actions], of all candidates of one user, [n, features]."""
        logits = ((features - self.mean) / self.scale) @ self.coefficients.T
        sizes = np.array([len(features)])
        shares = np.stack([log_shares(column, sizes) for column in logits.T], axis=1)
        return sigmoid(self.slopes * shares + self.shifts).astype(np.float32)

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
    probabilities: NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * logits))
    return probabilities


def _shapes(features: int, actions: int) -> dict[str, tuple[int, ...]]:
    return {
        "mean": (features,),
        "scale": (features,),
        "coefficients": (actions, features),
        "slopes": (actions,),
        "shifts": (actions,),
    }
