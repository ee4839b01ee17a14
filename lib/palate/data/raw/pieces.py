"""Input splits: files cut into pieces, Parquet at row groups and text at lines; a piece's lines as raw bytes.

Lines are found by their line feeds alone, so that nothing in a line (a quote, a NUL, bytes that are no UTF-8)
can join two lines, drop one, or stop the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from palate.data.raw.files import RawFiles, is_compressed, open_stream
from palate.errors import PalateError

_PIECE_BYTES = 64 << 20
_BLOCK_BYTES = 16 << 20


@dataclass(frozen=True)
class FilePiece:
    """The lines in bytes `start` to `end` of a file (None: to its end), less the first `skip`; of a Parquet
    file, its row groups `start` to `end`.
    """

    path: str
    start: int = 0
    end: int | None = None
    skip: int = 0


def cut_lines(files: RawFiles, skip: int = 0, size: int = _PIECE_BYTES) -> list[FilePiece]:
    """Pieces of about `size` bytes; a compressed file is one. Each file's first `skip` lines are left out."""
    return [piece for path in files.paths for piece in _cut(files.fs, path, skip, size)]


def cut_row_groups(files: RawFiles) -> list[FilePiece]:
    """A piece for each row group; `PalateError` for a file that is no Parquet."""
    counts = {path: parquet_footer(files.fs, path).num_row_groups for path in files.paths}
    return [FilePiece(path, group, group + 1) for path, count in counts.items() for group in range(count)]


def parquet_footer(fs: pafs.FileSystem, path: str) -> pq.FileMetaData:
    """What a Parquet file says of itself; `PalateError` if it is none."""
    try:
        return pq.read_metadata(path, filesystem=fs)
    except (pa.ArrowException, OSError) as error:
        raise PalateError(
            f"{path} is not a Parquet file; if it is CSV or JSON lines, say so with format: csv or jsonl "
            f"beside its path ({error})"
        ) from error


def line_blocks(fs: pafs.FileSystem, piece: FilePiece, size: int = _BLOCK_BYTES) -> Iterator[pa.Array]:
    """The piece's lines as binary arrays, of about `size` bytes each, without the lines' ends."""
    skip = piece.skip
    for lines in _lines(_chunks(fs, piece, size)):
        rows = lines[skip:]
        skip = max(skip - len(lines), 0)
        if rows:
            yield pa.array([line.removesuffix(b"\r") for line in rows], pa.large_binary())


def count_lines(fs: pafs.FileSystem, piece: FilePiece, size: int = _BLOCK_BYTES) -> int:
    """How many lines `line_blocks` has to give, found by another way: by counting line feeds."""
    feeds, last = 0, b"\n"
    for chunk in _chunks(fs, piece, size):
        feeds, last = feeds + chunk.count(b"\n"), chunk[-1:]
    return max(feeds + (last != b"\n") - piece.skip, 0)


def _cut(fs: pafs.FileSystem, path: str, skip: int, size: int) -> Iterator[FilePiece]:
    if is_compressed(path):
        yield FilePiece(path, skip=skip)
        return
    with fs.open_input_file(path) as file:
        total, start = int(file.size()), 0
        while start < total:
            end = _next_line(file, min(start + size, total), total)
            yield FilePiece(path, start, end, skip if start == 0 else 0)
            start = end


def _next_line(file: pa.NativeFile, position: int, total: int) -> int:
    """Where the first line begins that does so at `position` or later; `total` if none does."""
    # A line begins behind a line feed, and that may be the byte just before `position`.
    position -= 1
    file.seek(position)
    while position < total:
        chunk = file.read(1 << 16)
        feed = int(chunk.find(b"\n"))
        if feed >= 0:
            return position + feed + 1
        position += len(chunk)
    return total


def _chunks(fs: pafs.FileSystem, piece: FilePiece, size: int) -> Iterator[bytes]:
    if piece.end is None:
        with open_stream(fs, piece.path) as stream:
            while chunk := stream.read(size):
                yield chunk
        return
    with fs.open_input_file(piece.path) as file:
        for start in range(piece.start, piece.end, size):
            yield file.read_at(min(size, piece.end - start), start)


def _lines(chunks: Iterator[bytes]) -> Iterator[list[bytes]]:
    # What a chunk ends with may be half a line: it waits for the chunk that brings the line's end.
    parts: list[bytes] = []
    for chunk in chunks:
        if b"\n" not in chunk:
            parts.append(chunk)
            continue
        *lines, rest = chunk.split(b"\n")
        lines[0] = b"".join([*parts, lines[0]])
        parts = [rest] if rest else []
        yield lines
    if parts:
        yield [b"".join(parts)]
