"""Text encoder: embeddings of texts, and how they learn from behaviour."""

from palate.config.models import BUNDLED_ENCODER
from palate.encode.encoder import TextEncoder, bundled_encoder, load_encoder, require_encoder
from palate.encode.int8 import to_int8
from palate.encode.loss import contrastive_loss
from palate.encode.pairs import Pairs, batches, sample_pairs

__all__ = [
    "BUNDLED_ENCODER",
    "Pairs",
    "TextEncoder",
    "batches",
    "bundled_encoder",
    "contrastive_loss",
    "load_encoder",
    "require_encoder",
    "sample_pairs",
    "to_int8",
]
