"""Training: checkpoints, mixed precision and data parallelism, whatever the model."""

from palate.training.checkpoint import load_training_state, save_training_state
from palate.training.divergence import TrainingDiverged, Where, clip_gradients, require_finite
from palate.training.precision import Precision, autocast
from palate.training.world import rank_and_world_size

__all__ = [
    "Precision",
    "TrainingDiverged",
    "Where",
    "autocast",
    "clip_gradients",
    "load_training_state",
    "rank_and_world_size",
    "require_finite",
    "save_training_state",
]
