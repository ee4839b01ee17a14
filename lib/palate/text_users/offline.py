"""Offline users as text: the method as a scorer of whole catalogues, with an encoder of its own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config.models import EncoderConfig
from palate.config.text_users import TextUsersConfig
from palate.storage import Folder
from palate.text_users.text_users import TextUsers

if TYPE_CHECKING:
    from palate.encode import TextEncoder

CACHE_BYTES = 256 * 2**20
"""Room for vectors of texts: that before a validation event is often that before the test event too."""


def offline_text_users(
    catalogue: pa.Table,
    item_vectors: NDArray[np.float32],
    settings: TextUsersConfig,
    *,
    encoder: Folder,
    reading: EncoderConfig,
    int8: bool = False,
) -> TextUsers:
    """The method over unit text vectors, float32 [items, width], with the encoder of a folder."""

    @cache
    def reader() -> TextEncoder:
        from palate.encode.stored import open_encoder  # seconds

        return open_encoder(encoder, reading, int8)

    return TextUsers(catalogue, item_vectors, settings, reader=reader, cache_bytes=CACHE_BYTES)
