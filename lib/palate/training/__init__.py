"""What the training of the encoder and of the sequence model have in common."""

from palate.training.checkpoint import load_training_state, save_training_state
from palate.training.precision import Precision, autocast
from palate.training.world import rank_and_world_size

__all__ = ["Precision", "autocast", "load_training_state", "rank_and_world_size", "save_training_state"]
