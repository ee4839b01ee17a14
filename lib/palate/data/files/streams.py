"""Decompression: a file's content from its start, out of its archive; what is damaged is told in one line."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

import pyarrow as pa
import pyarrow.fs as pafs

from palate.errors import PalateError

_CODECS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".lz4": "lz4"}
_ZIP = ".zip"
_UTF16 = "is written in UTF-16; set the encoding of its table to utf-16"
_SIGNATURES = {
    b"\xff\xfe": _UTF16,
    b"\xfe\xff": _UTF16,
    b"\x1f\x8b": "is compressed by gzip; let its name end in .gz",
    b"\x28\xb5\x2f\xfd": "is compressed by zstd; let its name end in .zst",
    b"\x04\x22\x4d\x18": "is compressed by lz4; let its name end in .lz4",
    b"PK\x03\x04": "is a zip archive; let its name end in .zip",
    b"PAR1": "is a Parquet file; set the format of its table to parquet",
}
_DAMAGE = (pa.ArrowException, OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)
"""What the readers of archives raise; `RuntimeError` is zipfile's for an archive with a password."""


def is_compressed(path: str) -> bool:
    """Whether, by its name, the file is compressed, so that it can only be read from the start."""
    return _ending(path) in {*_CODECS, _ZIP}


def feeds_are_bytes(encoding: str) -> bool:
    """Whether a line feed is one byte in the encoding and no part of another sign, as it is in UTF-16."""
    return "\n".encode(encoding).removeprefix(codecs.BOM_UTF8) == b"\n"


def require_text(path: str, beginning: bytes) -> None:
    """Raise `PalateError` for a file whose first bytes are those of something else than lines of text."""
    for signature, what in _SIGNATURES.items():
        if beginning.startswith(signature):
            raise PalateError(f"{path} {what}")
    if b"\x00" in beginning[:2]:
        raise PalateError(f"{path} is no text, or UTF-16; set the encoding of its table, as to utf-16-le")


def read_chunks(fs: pafs.FileSystem, path: str, size: int, encoding: str = "utf-8") -> Iterator[bytes]:
    """The file's content, decompressed, `size` bytes at a time.

    In an encoding whose line feeds are no single bytes it becomes UTF-8. `PalateError` if it is damaged.
    """
    chunks = _unpacked(fs, path, size)
    if feeds_are_bytes(encoding):
        yield from chunks
        return
    try:
        for text in codecs.iterdecode(chunks, encoding, errors="surrogatepass"):
            # Half a pair of UTF-16 stays recognisable: its line will be refused as no UTF-8.
            yield text.encode(errors="surrogatepass")
    except UnicodeError as error:
        raise PalateError(f"{path} is not in {encoding}, or ends too early: {error}") from error


def _unpacked(fs: pafs.FileSystem, path: str, size: int) -> Iterator[bytes]:
    try:
        with _zip_member(fs, path) if _ending(path) == _ZIP else _stream(fs, path) as stream:
            while chunk := stream.read(size):
                yield chunk
    except _DAMAGE as error:
        if "runcated" in str(error) or isinstance(error, EOFError):
            raise PalateError(f"{path} ends too early; download it again") from error
        raise PalateError(f"{path} cannot be read ({error}); download it again") from error


def _stream(fs: pafs.FileSystem, path: str) -> pa.NativeFile:
    return fs.open_input_stream(path, compression=_CODECS.get(_ending(path)))


@contextmanager
def _zip_member(fs: pafs.FileSystem, path: str) -> Iterator[IO[bytes]]:
    """The one file in a zip archive, beside what macOS puts in for itself."""
    with fs.open_input_file(path) as file, zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/") and "__MACOSX" not in name]
        if len(names) != 1:
            raise PalateError(
                f"{path} holds {len(names)} files; unpack it and give the folder or file instead"
            )
        with archive.open(names[0]) as member:
            yield member


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
