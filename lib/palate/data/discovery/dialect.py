"""Dialect detection: the format, encoding, delimiter and quoting in which a table's files are written."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence

from palate.config.data import FORMAT_OF, NO_QUOTE, format_ending
from palate.data.discovery.guess import Guess, Guesses
from palate.data.files.discovery import RawFiles, raw_files
from palate.errors import PalateError

_LINES = 200
_DELIMITERS = (",", "\t", ";", "|", "::")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_PARQUET = b"PAR1"


def guess_dialect(path: str, argument: str) -> Guesses:
    """Settings of a `TableConfig` that differ from what its path alone tells; `argument` names the path.

    Raises `PalateError` if nothing is there, or a CSV has no header.
    """
    files = raw_files(path, argument)
    lines = files.first_lines(files.paths[0], _LINES)
    head = lines[0] if lines else b""
    kind = FORMAT_OF.get(format_ending(files.paths[0])) or _kind(head)
    guesses: Guesses = {}
    if FORMAT_OF.get(format_ending(path)) != kind:
        guesses["format"] = Guess(kind, f"as {files.paths[0]} is written")
    if kind == "parquet":
        return guesses
    encoding = _encoding(head, lines)
    if encoding is not None:
        guesses["encoding"] = encoding
    return guesses | (_csv(files, path, encoding) if kind == "csv" else {})


def _kind(head: bytes) -> str:
    if head.startswith(_PARQUET):
        return "parquet"
    return "jsonl" if head.lstrip()[:1] in (b"{", b"[") else "csv"


def _encoding(head: bytes, lines: Sequence[bytes]) -> Guess | None:
    if head[:2] in _MARKS:
        return Guess(_MARKS[head[:2]], "the file begins with its byte order mark")
    try:
        b"\n".join(lines).decode()
    except UnicodeDecodeError:
        return Guess("latin-1", "it is not UTF-8; check letters with accents")
    return None


def _csv(files: RawFiles, path: str, encoding: Guess | None) -> Guesses:
    written = encoding.value if encoding else "utf-8"
    whole = raw_files(path, "path", written)
    lines = [
        line.decode(files.line_encoding if not encoding else whole.line_encoding, "replace")
        for line in whole.first_lines(whole.paths[0], _LINES)
    ]
    readings = {
        (delimiter, quote): _consistency(lines, delimiter, quote)
        for delimiter in _DELIMITERS
        for quote in ('"', NO_QUOTE)
    }
    (delimiter, quote), (share, width) = max(readings.items(), key=lambda reading: reading[1])
    if width > 1:
        _require_header(lines, delimiter, path)
    told = "\t" if format_ending(path) == ".tsv" else ","
    guesses: Guesses = {}
    if delimiter != told:
        guesses["delimiter"] = Guess(delimiter, f"{share:.0%} of the first lines have {width} fields with it")
    if quote == NO_QUOTE and len(delimiter) == 1:
        guesses["quote"] = Guess(NO_QUOTE, "quotes in the first lines open nothing")
    return guesses


def _consistency(lines: Sequence[str], delimiter: str, quote: str) -> tuple[float, int]:
    """Share of the lines with as many fields as most have, and how many; a single field tells nothing."""
    widths = Counter(_width(line, delimiter, quote) for line in lines)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return (count / len(lines), width) if width > 1 else (0.0, width)


def _width(line: str, delimiter: str, quote: str) -> int:
    """Fields of the line; 0 where its quotes are broken."""
    if quote == NO_QUOTE or len(delimiter) > 1:
        return line.count(delimiter) + 1
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=True)))
    except (csv.Error, StopIteration):
        return 0


def _require_header(lines: Sequence[str], delimiter: str, path: str) -> None:
    """Raise `PalateError` if the first line has a number where a name should be."""
    if any(_is_number(field) for field in lines[0].split(delimiter)):
        raise PalateError(
            f"{path} has no line of column names: it begins with {lines[0][:80]!r}. Put names before it, "
            f"separated by {delimiter!r}"
        )


def _is_number(field: str) -> bool:
    try:
        float(field.strip('" '))
    except ValueError:
        return False
    return True
