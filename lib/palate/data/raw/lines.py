"""CSV and JSON-lines parsing: a line in, a row of texts out, and a reason with every damaged line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from palate.data.raw.layout import Layout
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW
from palate.data.raw.rows import line_text

Fields = Sequence[str | None]


class Damaged(Exception):
    """A line that cannot be read; the message is the reason that goes to the quarantine."""


@dataclass(frozen=True)
class LineFormat:
    """How the lines of a table are written."""

    kind: Literal["csv", "jsonl"]
    layout: Layout
    delimiter: str = ","
    nested: bool = False
    """Whether a JSON field may hold a list or an object, which then becomes text."""


def parse_lines(lines: pa.Array, form: LineFormat) -> pa.Table:
    """Rows of the lines (binary [rows]): the layout's columns as strings, and what is wrong with a line."""
    read = _csv_reader(form) if form.kind == "csv" else _json_reader(form)
    names = list(form.layout.names)
    nothing: Fields = [None] * len(names)
    rows, reasons, texts = [], [], []
    # A damaged line is a row of nothing with its reason, so that rows and lines stay as many.
    for line in lines.to_pylist():
        fields, reason = _attempt(read, line)
        rows.append(nothing if fields is None else fields)
        reasons.append(reason)
        texts.append(None if reason is None else line_text(line))
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [pa.array(column, pa.string()) for column in columns]
    refused = [pa.array(reasons, pa.string()), pa.array(texts, pa.large_string())]
    return pa.Table.from_arrays([*arrays, *refused], names=[*names, REFUSAL, REFUSED_ROW])


def _attempt(read: Callable[[str], Fields], line: bytes) -> tuple[Fields | None, str | None]:
    try:
        return read(_decoded(line)), None
    except Damaged as damage:
        return None, str(damage)
    except RecursionError:
        return None, "nested too deeply"


def _decoded(line: bytes) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Damaged("not valid UTF-8") from None
    if not text.strip():
        raise Damaged("empty line")
    return text.removeprefix("\ufeff")


def _csv_reader(form: LineFormat) -> Callable[[str], Fields]:
    width, delimiter = len(form.layout.header), form.delimiter
    positions = [form.layout.header.index(column) for column in form.layout.names.values()]

    def read(text: str) -> Fields:
        # Most lines have no quotes, and need no CSV reader.
        fields = _quoted(text, delimiter) if '"' in text and len(delimiter) == 1 else text.split(delimiter)
        if len(fields) != width:
            raise Damaged("wrong number of fields")
        return [fields[position] for position in positions]

    return read


def _quoted(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise Damaged("broken quotes") from None


def _json_reader(form: LineFormat) -> Callable[[str], Fields]:
    columns = list(form.layout.names.items())

    def read(text: str) -> Fields:
        row = _object(text)
        return [_field(name, row.get(column), form.nested) for name, column in columns]

    return read


def _object(text: str) -> dict[str, object]:
    try:
        row = json.loads(text)
    except ValueError:
        raise Damaged("not valid JSON") from None
    if not isinstance(row, dict):
        raise Damaged("not a JSON object")
    return row


def _field(name: str, value: object, nested: bool) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        if not nested:
            raise Damaged(f"{name} is not text or a number")
        value = _flat(value)
    # 3.0 and 3 are one id.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _checked(str(value))


def _flat(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part is not None)
    return json.dumps(value, ensure_ascii=False)


def _checked(text: str) -> str:
    """JSON can escape half a surrogate pair, which is no character and which no file could hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Damaged("not valid UTF-8") from None
    return text
