"""What the training of the encoder and of the sequence model have in common."""

from palate.training.checkpoint import load_training_state, save_training_state
from palate.training.place import place
from palate.training.precision import Precision, autocast

__all__ = ["Precision", "autocast", "load_training_state", "place", "save_training_state"]
