"""Input splits: files cut into pieces, Parquet at row groups and text at lines; a piece's lines as raw bytes.

Lines are found by their line feeds alone, so that nothing in a line (a quote, a NUL, bytes that are no UTF-8)
can join two lines, drop one, or stop the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from palate.data.files.discovery import RawFiles

_PIECE_BYTES = 64 << 20
_BLOCK_BYTES = 16 << 20
_WINDOW = 1 << 20

FirstRecord = Callable[[Sequence[bytes]], int | None]


@dataclass(frozen=True)
class FilePiece:
    """The lines in bytes `start` to `end` of a file (None: to its end), less the first `skip`; of a Parquet
    file, its row groups `start` to `end`.
    """

    path: str
    start: int = 0
    end: int | None = None
    skip: int = 0
    is_array: bool = False
    """Whether the file is one JSON array, which is read as a whole."""
    rows: int | None = None
    """How many rows the piece has, where the file says so."""


def cut_lines(
    files: RawFiles, skip: int = 0, size: int = _PIECE_BYTES, first_record: FirstRecord | None = None
) -> list[FilePiece]:
    """Pieces of about `size` bytes, or one of a file that can only be read from its start.

    Each file's first `skip` lines are left out. Where a record may be several lines `first_record` finds the
    first line at which one begins, and only there is a file cut.
    """
    return [piece for single in files.each() for piece in _cut(single, skip, size, first_record)]


def cut_row_groups(files: RawFiles) -> list[FilePiece]:
    """A piece for each row group; `PalateError` for a file that is no Parquet."""
    footers = {path: files.parquet_footer(path) for path in files.paths}
    return [
        FilePiece(path, group, group + 1, rows=footer.row_group(group).num_rows)
        for path, footer in footers.items()
        for group in range(footer.num_row_groups)
    ]


def line_blocks(files: RawFiles, piece: FilePiece, size: int = _BLOCK_BYTES) -> Iterator[list[bytes]]:
    """The piece's lines, about `size` bytes of them at a time, without their line feeds."""
    skip = piece.skip
    for lines in _lines(_chunks(files, piece, size)):
        rows = lines[skip:]
        skip = max(skip - len(lines), 0)
        if rows:
            yield rows


def count_lines(files: RawFiles, piece: FilePiece, size: int = _BLOCK_BYTES) -> int:
    """How many lines `line_blocks` has to give, found by another way: by counting line feeds."""
    feeds, last = 0, b"\n"
    for chunk in _chunks(files, piece, size):
        feeds, last = feeds + chunk.count(b"\n"), chunk[-1:]
    return max(feeds + (last != b"\n") - piece.skip, 0)


def _cut(files: RawFiles, skip: int, size: int, first_record: FirstRecord | None) -> Iterator[FilePiece]:
    (path,) = files.paths
    if files.is_stream(path):
        yield FilePiece(path, skip=skip)
        return
    with files.fs.open_input_file(path) as file:
        total, start = int(file.size()), 0
        while start < total:
            end = _next_start(file, range(start + size, total, size), total, first_record)
            yield FilePiece(path, start, end, skip if start == 0 else 0)
            start = end


def _next_start(
    file: pa.NativeFile, positions: Iterable[int], total: int, first_record: FirstRecord | None
) -> int:
    """Where the next piece may begin, at the first of the positions if that is possible."""
    for position in positions:
        line = _next_line(file, position, total)
        if first_record is None:
            return line
        # Looked for in a window; if there is nothing in it the piece grows.
        *lines, _ = file.read_at(_WINDOW, line).split(b"\n")
        number = first_record(lines)
        if number is not None:
            return line + sum(len(passed) + 1 for passed in lines[:number])
    return total


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


def _chunks(files: RawFiles, piece: FilePiece, size: int) -> Iterator[bytes]:
    if piece.end is None:
        yield from files.chunks(piece.path, size)
        return
    with files.fs.open_input_file(piece.path) as file:
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
