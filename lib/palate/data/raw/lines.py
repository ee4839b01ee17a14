"""CSV and JSON-lines parsing: a line in, a row of texts out, and a reason with every damaged line."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from palate.config import TableConfig
from palate.config.data import NO_QUOTE
from palate.data.raw.casts import decoded, mask_of
from palate.data.raw.layout import Layout
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW, Mask
from palate.data.raw.rows import line_text
from palate.data.raw.values import value_text
from palate.schema import TIME, VALUE

if TYPE_CHECKING:
    from _csv import Reader

Fields = Sequence[str | None]
_BYTE_ORDER_MARK = "\ufeff"


class Damaged(Exception):
    """A line that cannot be read; the message is the reason that goes to the quarantine."""


@dataclass(frozen=True)
class LineFormat:
    """How the lines of a table are written."""

    kind: Literal["csv", "jsonl"]
    layout: Layout
    delimiter: str = ","
    quote: str = '"'
    """A character, or `none` where quotes mean nothing."""
    escape: str | None = None
    encoding: str = "utf-8"
    nested: bool = False
    """Whether a JSON field may hold a list or an object, which then becomes text."""

    @classmethod
    def of(cls, config: TableConfig, layout: Layout, encoding: str, nested: bool) -> LineFormat:
        """The format of a table whose format is not Parquet, and whose lines are in an encoding."""
        return cls(
            "csv" if config.format == "csv" else "jsonl",
            layout,
            delimiter=config.delimiter,
            quote=config.quote,
            escape=config.escape,
            encoding=encoding,
            nested=nested,
        )

    @property
    def special(self) -> str:
        """Characters for which a CSV line has to be read sign by sign; most lines have none of them."""
        # With a delimiter of several characters there is no quoting.
        if len(self.delimiter) > 1:
            return ""
        return ("" if self.quote == NO_QUOTE else self.quote) + (self.escape or "")

    @property
    def joins_lines(self) -> bool:
        """Whether a record may be several lines."""
        return self.kind == "csv" and bool(self.special)

    def csv_reader(self, lines: Iterable[str]) -> Reader:
        """A strict reader of this format."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=None if self.quote == NO_QUOTE else self.quote,
            quoting=csv.QUOTE_NONE if self.quote == NO_QUOTE else csv.QUOTE_MINIMAL,
            escapechar=self.escape,
            strict=True,
        )


def parse_lines(lines: Sequence[bytes], form: LineFormat) -> pa.Table:
    """Rows of the lines: the layout's columns as strings, and what is wrong with a line."""
    bare = [line.removesuffix(b"\r") for line in lines]
    if form.kind == "jsonl":
        return parse_one_by_one(bare, form)
    # Most lines are fields between delimiters and nothing else: they are split together.
    texts, undecodable = _line_texts(bare, form.encoding)
    fields = pc.split_pattern(texts, form.delimiter)
    plain = ~undecodable & _is_plain(texts, form)
    plain &= mask_of(pc.equal(pc.list_value_length(fields), len(form.layout.header)))
    rows = _columns_of(fields.filter(pa.array(plain)), form)
    others = [bare[row] for row in np.flatnonzero(~plain)]
    if not others:
        return rows
    # Where each line's row is among those that were split and behind them the others, [lines].
    place = np.where(plain, np.cumsum(plain) - 1, len(rows) + np.cumsum(~plain) - 1)
    return pa.concat_tables([rows, parse_one_by_one(others, form)]).take(pa.array(place))


def _line_texts(lines: Sequence[bytes], encoding: str) -> tuple[pa.Array, Mask]:
    """The lines as strings, null where they cannot be decoded, and where that is."""
    if codecs.lookup(encoding).name == "utf-8":
        return decoded(pa.array(lines, pa.binary()))
    texts = pa.array([_text_or_none(line, encoding) for line in lines], pa.string())
    return texts, mask_of(pc.is_null(texts))


def _text_or_none(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_plain(texts: pa.Array, form: LineFormat) -> Mask:
    """Whether a line has neither quotes nor escapes, is not empty, and does not begin with a mark."""
    unlike = [pc.match_substring(texts, sign) for sign in form.special]
    unlike += [pc.equal(pc.utf8_trim(texts, " "), ""), pc.starts_with(texts, _BYTE_ORDER_MARK)]
    plain: Mask = ~np.logical_or.reduce([mask_of(where) for where in unlike])
    return plain


def _columns_of(fields: pa.ListArray, form: LineFormat) -> pa.Table:
    """Rows of lines that were split into as many fields as the header has."""
    positions = [form.layout.header.index(column) for column in form.layout.names.values()]
    columns = [pc.list_element(fields, position) for position in positions]
    good = [pa.nulls(len(fields), pa.string()), pa.nulls(len(fields), pa.large_string())]
    return pa.Table.from_arrays([*columns, *good], names=[*form.layout.names, REFUSAL, REFUSED_ROW])


def parse_one_by_one(lines: Sequence[bytes], form: LineFormat) -> pa.Table:
    """The same of lines of any kind, without carriage returns at their ends; slow."""
    read = _csv_reader(form) if form.kind == "csv" else _json_reader(form)
    names = list(form.layout.names)
    nothing: Fields = [None] * len(names)
    rows, reasons, texts = [], [], []
    # A damaged line is a row of nothing with its reason, so that rows and lines stay as many.
    for line in lines:
        fields, reason = _attempt(read, line, form.encoding)
        rows.append(nothing if fields is None else fields)
        reasons.append(reason)
        texts.append(None if reason is None else line_text(line))
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [pa.array(column, pa.string()) for column in columns]
    refused = [pa.array(reasons, pa.string()), pa.array(texts, pa.large_string())]
    return pa.Table.from_arrays([*arrays, *refused], names=[*names, REFUSAL, REFUSED_ROW])


def _attempt(read: Callable[[str], Fields], line: bytes, encoding: str) -> tuple[Fields | None, str | None]:
    try:
        return read(_decoded(line, encoding)), None
    except Damaged as damage:
        return None, str(damage)
    except RecursionError:
        return None, "nested too deeply"


def _decoded(line: bytes, encoding: str) -> str:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        raise Damaged(f"not valid {encoding.upper()}") from None
    # A line of tabs may be a row of empty fields.
    if not text.strip(" "):
        raise Damaged("empty line")
    return text.removeprefix(_BYTE_ORDER_MARK)


def _csv_reader(form: LineFormat) -> Callable[[str], Fields]:
    width, delimiter = len(form.layout.header), form.delimiter
    special = re.compile(f"[{re.escape(form.special)}]") if form.special else None
    positions = [form.layout.header.index(column) for column in form.layout.names.values()]

    def read(text: str) -> Fields:
        # Most lines have no quotes, and need no CSV reader.
        fields = _fields(text, form) if special and special.search(text) else text.split(delimiter)
        if len(fields) != width:
            raise Damaged("wrong number of fields")
        return [fields[position] for position in positions]

    return read


def _fields(text: str, form: LineFormat) -> list[str]:
    try:
        return next(form.csv_reader([text]))
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
    if (isinstance(value, bool) or not isinstance(value, str | int | float)) and not nested:
        raise Damaged(f"{name} is not text or a number")
    found = value_text(value)
    # JSON as Python writes it has NaN: no id and no text, but where a number is due one that is refused.
    if found is None and name in (VALUE, TIME):
        found = str(value)
    return None if found is None else _checked(found)


def _checked(text: str) -> str:
    """JSON can escape half a surrogate pair, which is no character and which no file could hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Damaged("not valid UTF-8") from None
    return text
