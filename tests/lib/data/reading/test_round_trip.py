"""Any table comes back as it was written, in every format, encoding and archive; half a file is one line."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palate.config import TableConfig
from palate.data.raw.reasons import REFUSAL
from palate.data.raw.table import RawTable
from palate.errors import PalateError

NAMES = ["user", "item", "kind", "value", "time"]
Rows = list[tuple[str, ...]]

ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-be", "utf-32", "gb18030"]
ARCHIVES = ["", ".gz", ".GZ", ".bz2", ".zst", ".lz4", ".zip"]
CODECS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".lz4": "lz4"}


class Csv(NamedTuple):
    """How a CSV file is written, and the settings that say so."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    line_end: str = "\n"

    def written(self, rows: Rows) -> str:
        text = io.StringIO()
        writer = csv.writer(
            text,
            delimiter=self.delimiter,
            quotechar=self.quote,
            # A carriage return is written bare unless all is quoted, and would be taken for a line's end.
            quoting=csv.QUOTE_ALL
            if any("\r" in field for row in rows for field in row)
            else csv.QUOTE_MINIMAL,
            escapechar=self.escape,
            doublequote=self.escape is None,
            lineterminator=self.line_end,
        )
        writer.writerows([NAMES, *rows])
        return text.getvalue()

    @property
    def settings(self) -> dict[str, Any]:
        return {"delimiter": self.delimiter, "quote": self.quote, "escape": self.escape}


CSVS = [Csv(), Csv(line_end="\r\n"), Csv("\t"), Csv(";", "'"), Csv("|", escape="\\"), Csv("¦", "`")]


def table(encoding: str) -> st.SearchStrategy[Rows]:
    """Rows of text that the encoding can write; a byte order mark is none of it."""
    # All but two encodings write all of Unicode, of which Hypothesis need not ask them sign by sign.
    codec = encoding if encoding in ("latin-1", "cp1252") else "utf-8"
    sign = st.characters(codec=codec, exclude_characters="\ufeff", exclude_categories=["Cs"])
    field = st.text(sign | st.sampled_from("\",;|\t\n\r '\\"), max_size=6)
    return st.lists(st.tuples(*[field] * len(NAMES)), min_size=1, max_size=6)


def packed(path: Path, content: bytes, ending: str) -> Path:
    path = path.with_name(path.name + ending)
    if ending == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("member", content)
        return path
    with pa.output_stream(str(path), compression=CODECS.get(ending.lower())) as stream:
        stream.write(content)
    return path


def read(path: Path, kind: str, **given: Any) -> Rows:
    """The good rows; nothing and an empty field are one."""
    raw = RawTable.open("events", TableConfig.model_validate({"path": str(path), "format": kind} | given))
    blocks = [block for piece in raw.pieces() for block in raw.read(piece)]
    assert sum(map(len, blocks)) == sum(raw.count(piece) for piece in raw.pieces())
    rows = [row for block in blocks for row in block.to_pylist() if row.get(REFUSAL) is None]
    return [tuple(row[name] or "" for name in NAMES) for row in rows]


def attempt(path: Path, kind: str) -> tuple[Rows, str]:
    """The rows, or the line that refuses them."""
    try:
        return read(path, kind), ""
    except PalateError as error:
        return [], str(error)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data(), ending=st.sampled_from(ARCHIVES), form=st.sampled_from(CSVS))
@settings(max_examples=40)
def test_csv_comes_back(folder: Path, encoding: str, data: st.DataObject, ending: str, form: Csv) -> None:
    rows = data.draw(table(encoding))
    path = packed(folder / f"events-{encoding}", form.written(rows).encode(encoding), ending)
    assert read(path, "csv", encoding=encoding, **form.settings) == rows


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(
    data=st.data(),
    ending=st.sampled_from(ARCHIVES),
    indent=st.none() | st.integers(0, 2),
    is_array=st.booleans(),
    ascii_only=st.booleans(),
)
@settings(max_examples=40)
def test_json_comes_back(
    folder: Path,
    encoding: str,
    data: st.DataObject,
    ending: str,
    indent: int | None,
    is_array: bool,
    ascii_only: bool,
) -> None:
    rows = data.draw(table(encoding))
    objects = [dict(zip(NAMES, row, strict=True)) for row in rows]
    text = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in objects)
    if is_array:
        text = json.dumps(objects, ensure_ascii=ascii_only, indent=indent)
    path = packed(folder / f"events-{encoding}.json", text.encode(encoding), ending)
    assert read(path, "jsonl", encoding=encoding) == rows


@given(rows=table("utf-8"), size=st.integers(1, 4), codec=st.sampled_from(["none", "snappy", "zstd", "gzip"]))
def test_parquet_comes_back(folder: Path, rows: Rows, size: int, codec: str) -> None:
    path = folder / "events.parquet"
    columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
    pq.write_table(pa.table(columns), path, row_group_size=size, compression=codec)
    assert read(path, "parquet") == rows


def write_csv(path: Path, rows: Rows, ending: str) -> Path:
    return packed(path, Csv().written(rows).encode(), ending)


def write_array(path: Path, rows: Rows, ending: str) -> Path:
    return packed(path, json.dumps([dict(zip(NAMES, row, strict=True)) for row in rows]).encode(), ending)


def write_parquet(path: Path, rows: Rows, ending: str) -> Path:
    pq.write_table(pa.table(dict(zip(NAMES, zip(*rows, strict=True), strict=True))), path)
    return path


@pytest.mark.parametrize(
    ("kind", "write"), [("csv", write_csv), ("jsonl", write_array), ("parquet", write_parquet)]
)
@given(
    rows=table("utf-8"),
    ending=st.sampled_from(ARCHIVES),
    share=st.floats(0.01, 0.99),
    noise=st.binary(max_size=3),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_half_a_file_gives_rows_of_the_table_or_one_line(
    folder: Path, kind: str, write: Callable[..., Path], rows: Rows, ending: str, share: float, noise: bytes
) -> None:
    path = write(folder / f"half-{kind}", rows, ending)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))] + noise)
    found, error = attempt(path, kind)
    assert "\n" not in error
    # Where a plain text file ends nobody can see; what was read before the last line is whole.
    assert found[:-1] == rows[: max(len(found) - 1, 0)]
    assert error or kind == "csv" or found == rows
