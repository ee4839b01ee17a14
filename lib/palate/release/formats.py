"""Allowed formats: a release holds only data that can be read without running any code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from palate.errors import PalateError

_PICKLE = b"\x80"
"""What a pickle begins with; no text does, for it is no first byte of UTF-8."""
_INVERTED_LISTS = {b"IwFl", b"IwPQ"}
"""What faiss writes before inverted lists of vectors, and of their codes."""
_FIRST_FIELD = b"\n"
"""What a SentencePiece vocabulary begins with: a field of a protocol buffer, no instruction of a pickle."""


def _is_safetensors(head: bytes) -> bool:
    return len(head) > 8 and head[8:9] == b"{"


def _is_json(head: bytes) -> bool:
    return head.lstrip()[:1] in {b"{", b"[", b'"'}


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and head[:1] != _PICKLE


def _is_sentencepiece(head: bytes) -> bool:
    return head[:1] == _FIRST_FIELD


FORMATS: dict[str, Callable[[bytes], bool]] = {
    ".safetensors": _is_safetensors,
    ".parquet": lambda head: head[:4] == b"PAR1",
    ".arrow": lambda head: head[:6] == b"ARROW1",
    ".json": _is_json,
    ".txt": _is_text,
    ".md": _is_text,
    ".jinja": _is_text,
    ".model": _is_sentencepiece,
    ".faiss": lambda head: head[:4] in _INVERTED_LISTS,
}
"""Allowed endings, and whether the first bytes of a file are what its ending says."""


def require_allowed(name: str, head: bytes) -> None:
    """Raise `PalateError` unless the file `name`, which begins with `head`, may enter a release."""
    looks_right = FORMATS.get(PurePosixPath(name).suffix)
    if looks_right is None:
        raise PalateError(
            f"{name} may not enter a release: only {', '.join(FORMATS)} files may, because reading "
            "anything else can run code; save it as safetensors, Parquet or JSON"
        )
    if not looks_right(head):
        raise PalateError(
            f"{name} may not enter a release: its content is not what its name says; write it again"
        )
