"""Steering: from a request in words to what a list must keep to and what draws it."""

from palate.steering.constraints import NO_STEER, Constraint, Steer, Steering
from palate.steering.joining import joined
from palate.steering.reader import RequestReader
from palate.steering.rules import steered_rules

__all__ = ["NO_STEER", "Constraint", "RequestReader", "Steer", "Steering", "joined", "steered_rules"]
