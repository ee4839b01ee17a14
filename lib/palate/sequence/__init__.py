"""User models over item vectors."""

from palate.sequence.ensemble import Ensemble
from palate.sequence.network.model import SequenceModel
from palate.sequence.scorer import MovingAverage, Transformer, UserModel
from palate.sequence.store import all_item_vectors, has_member, load_members, load_sequence, save_sequence
from palate.sequence.training.augment import NOT_SHOWN, Augmenter
from palate.sequence.training.batches import IGNORED, Batch, Shards, epoch_batches

__all__ = [
    "IGNORED",
    "NOT_SHOWN",
    "Augmenter",
    "Batch",
    "Ensemble",
    "MovingAverage",
    "SequenceModel",
    "Shards",
    "Transformer",
    "UserModel",
    "all_item_vectors",
    "epoch_batches",
    "has_member",
    "load_members",
    "load_sequence",
    "save_sequence",
]
