"""CSV records: lines that belong together because a quoted field goes on over a line's end.

A quote that nothing closes must not swallow the rest of a file. So lines are joined only if together they are
a record of just as many fields as the header has; otherwise the first is a damaged line of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from palate.data.raw.lines import LineFormat

_LONGEST_RECORD = 2000
"""Lines; a quote that goes on for longer was never closed."""
_RUN = 5
"""Lines in a row that are whole records by themselves: no text in quotes looks like that."""


def joined_records(blocks: Iterable[list[bytes]], form: LineFormat) -> Iterator[list[bytes]]:
    """The lines of blocks, those of one record joined by the line feeds that parted them."""
    special = [sign.encode(form.encoding) for sign in form.special]
    waiting: list[bytes] = []
    for block in blocks:
        lines, waiting = waiting + block, []
        # Most blocks have no quotes: that is quickly told of all their bytes together.
        content = b"".join(lines)
        if any(sign in content for sign in special):
            lines, waiting = _joined(lines, form, more=True)
        yield lines
    if waiting:
        yield _joined(waiting, form, more=False)[0]


def first_record(lines: Sequence[bytes], form: LineFormat) -> int | None:
    """Number of the first of the lines that begins a record for sure; None if none does."""
    run = 0
    for number, line in enumerate(lines):
        run = run + 1 if _is_whole(line, form) else 0
        if run == _RUN:
            return number + 1 - _RUN
    return None


def _joined(lines: list[bytes], form: LineFormat, more: bool) -> tuple[list[bytes], list[bytes]]:
    """The records of the lines; and the last lines, if they are a record that goes on in the next block."""
    special = [sign.encode(form.encoding) for sign in form.special]
    records: list[bytes] = []
    position = 0
    while position < len(lines):
        count = 1
        if any(sign in lines[position] for sign in special):
            count = _lines_of_record(lines[position : position + _LONGEST_RECORD], form)
        if not count:
            # The lines have come to an end within the quotes.
            if more and len(lines) - position < _LONGEST_RECORD:
                return records, lines[position:]
            count = 1
        records.append(b"\n".join(lines[position : position + count]))
        position += count
    return records, []


def _lines_of_record(lines: Sequence[bytes], form: LineFormat) -> int:
    """How many lines the first record has: 1 for a damaged one, 0 if there are too few to tell."""
    reader = form.csv_reader(_texts(lines, form))
    try:
        fields = next(reader)
    except csv.Error:
        return 0 if reader.line_num == len(lines) and _is_open(lines, form) else 1
    return reader.line_num if len(fields) == len(form.layout.header) else 1


def _is_open(lines: Sequence[bytes], form: LineFormat) -> bool:
    """Whether the lines end within quotes: a closing quote then makes a record of them."""
    try:
        next(form.csv_reader([*_texts(lines, form), form.quote]))
    except csv.Error:
        return False
    return True


def _is_whole(line: bytes, form: LineFormat) -> bool:
    try:
        (text,) = _texts([line.removesuffix(b"\r")], form)
        return len(next(form.csv_reader([text.removesuffix("\n")]), [])) == len(form.layout.header)
    except csv.Error:
        return False


def _texts(lines: Sequence[bytes], form: LineFormat) -> Iterator[str]:
    # Only where fields begin and end matters here: what cannot be decoded is refused when the line is read.
    return (line.decode(form.encoding, errors="replace") + "\n" for line in lines)
