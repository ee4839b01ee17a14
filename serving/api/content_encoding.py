"""Compressed request bodies: gzip, as far as what comes out of it is no larger than a plain body may be."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from serving.api.errors.mapping import ApiError, Problem, too_large

GZIP_WINDOW = 16 + zlib.MAX_WBITS
"""Tells zlib to read gzip's header, and nothing else."""


def decoded(body: bytes, encodings: Sequence[str], max_bytes: int) -> bytes:
    """The body without its `Content-Encoding`.

    Raises:
        ApiError: (413) It is larger than `max_bytes`, of which no more is decompressed; (400) it is no whole
            gzip; (415) another encoding than gzip.
    """
    match [name.strip().lower() for line in encodings for name in line.split(",")]:
        case [] | ["identity"]:
            return body
        case ["gzip"]:
            return _decompressed(body, max_bytes)
    message = "The body must be plain, or come with Content-Encoding: gzip."
    raise ApiError(Problem(415, "unsupported_encoding", message, "Compress it once, by gzip, or not at all."))


def _decompressed(body: bytes, max_bytes: int) -> bytes:
    decompressor = zlib.decompressobj(GZIP_WINDOW)
    try:
        plain = decompressor.decompress(body, max_bytes + 1)
    except zlib.error:
        raise _no_gzip() from None
    if len(plain) > max_bytes:
        raise too_large(max_bytes)
    if not decompressor.eof or decompressor.unused_data:
        raise _no_gzip()
    return plain


def _no_gzip() -> ApiError:
    action = "Send one whole gzip stream, or leave Content-Encoding out."
    return ApiError(Problem(400, "invalid_gzip", "The body is not what gzip makes.", action))
