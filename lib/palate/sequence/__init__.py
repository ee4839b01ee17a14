"""Sequential recommendation: user models over item vectors."""

from palate.sequence.ensemble import Ensemble
from palate.sequence.network.model import SequenceModel
from palate.sequence.scorer import LiveUserModel, MovingAverage, Transformer, UserModel
from palate.sequence.store import all_item_vectors, has_member, load_members, load_sequence, save_sequence
from palate.sequence.training.augment import MASKED, Augmenter
from palate.sequence.training.batches import IGNORE_INDEX, SequenceBatch, Shards, epoch_batches

__all__ = [
    "IGNORE_INDEX",
    "MASKED",
    "Augmenter",
    "Ensemble",
    "LiveUserModel",
    "MovingAverage",
    "SequenceBatch",
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
