"""Experiments: people are split into arms by a hash, and what came of each arm is compared."""

from palate.experiments.assignment import arm_of
from palate.experiments.settings import Arm, ArmSettings, Experiment, Guard

__all__ = ["Arm", "ArmSettings", "Experiment", "Guard", "arm_of"]
