"""A raw table reads the same in whatever way it is written, or is refused in one line."""

from __future__ import annotations

import bz2
import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from palate.config import TableConfig
from palate.data.clean import EventRules
from palate.data.raw.reasons import REFUSAL
from palate.data.raw.table import RawTable
from palate.data.raw.times import seconds
from palate.errors import PalateError

EVENTS = [("ann", "i1", "1"), ("bob", "i2", "2")]
HEADER = "user,item,time\n"
CSV = HEADER + "".join(",".join(row) + "\n" for row in EVENTS)


def rows(path: Path, kind: str = "csv", table: str = "events", **settings: Any) -> list[dict[str, Any]]:
    """The good rows of a table, without what is null in them; as many as are counted."""
    config = TableConfig.model_validate({"path": str(path), "format": kind} | settings)
    raw = RawTable.open(table, config)
    found = [row for piece in raw.pieces() for block in raw.read(piece) for row in block.to_pylist()]
    assert len(found) == sum(raw.count(piece) for piece in raw.pieces())
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in found
        if not row.get(REFUSAL)
    ]


def events(path: Path, kind: str = "csv", **settings: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.get(name) for name in ("user", "item", "time")) for row in rows(path, kind, **settings)]


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("ending", [".csv.gz", ".CSV.GZ", ".csv.bz2", ".csv.zst", ".csv.lz4", ".CSV"])
def test_compressed_files_are_read_by_their_endings(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"events{ending}"
    codec = {"gz": "gzip", "bz2": "bz2", "zst": "zstd", "lz4": "lz4"}.get(ending.lower().rsplit(".")[-1])
    with pa.output_stream(str(path), compression=codec) as stream:
        stream.write(CSV.encode())
    assert events(path) == EVENTS


def test_a_zip_archive_of_one_file_is_read(tmp_path: Path) -> None:
    assert (
        events(zipped(tmp_path / "events.zip", **{"a/events.csv": CSV, "__MACOSX/._events.csv": "x"}))
        == EVENTS
    )


def test_a_zip_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "events.zip", a=CSV, b=CSV)
    with pytest.raises(PalateError, match=r"events\.zip holds 2 files; unpack it"):
        events(path)


LONG = HEADER + "".join(f"user{n * n * 7919},item{n * n},{n}\n" for n in range(5000))


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress)])
def test_a_download_that_broke_off_is_told_in_one_line(tmp_path: Path, ending: str, pack: Any) -> None:
    path = tmp_path / f"events.csv.{ending}"
    path.write_bytes(pack(LONG.encode())[:-1000])
    with pytest.raises(PalateError, match=rf"events\.csv\.{ending} ends too early; download it again$"):
        events(path)


def test_an_archive_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    for name in ("events.csv.gz", "events.csv.zip"):
        (tmp_path / name).write_text(CSV)
        with pytest.raises(PalateError, match=rf"{name} cannot be read .*; download it again$"):
            events(tmp_path / name)


def test_a_parquet_file_that_is_damaged_inside_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(pa.table({name: ["x" * 50] * 500 for name in ("user", "item", "time")}), path)
    content = bytearray(path.read_bytes())
    content[4:200] = b"\x00" * 196
    path.write_bytes(content)
    with pytest.raises(PalateError, match=r"events\.parquet cannot be read"):
        events(path, "parquet")


@pytest.mark.parametrize(
    "encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig", "utf-32", "gb18030"]
)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_text_is_read_in_the_encoding_of_the_setting(tmp_path: Path, encoding: str, kind: str) -> None:
    path = tmp_path / "items"
    lines = {"csv": "item,title\né,Café ü\n", "jsonl": '{"item": "é", "title": "Café ü"}\n'}
    path.write_bytes(lines[kind].encode(encoding))
    found = rows(path, kind, "catalogue", encoding=encoding)
    assert found == [{"item": "é", "title": "Café ü"}]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_byte_order_mark_is_left_out_and_utf_16_is_recognised(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "events"
    text = {"csv": CSV, "jsonl": '{"user": "ann", "item": "i1", "time": "1"}\n'}[kind]
    path.write_bytes(text.encode("utf-8-sig"))
    assert events(path, kind)[0] == EVENTS[0]
    path.write_bytes(text.encode("utf-16"))
    with pytest.raises(PalateError, match="UTF-16; set the encoding"):
        events(path, kind)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (CSV.encode("utf-16-le"), "UTF-16; set the encoding of its table, as to utf-16-le"),
        (gzip.compress(CSV.encode(), mtime=0), r"compressed by gzip; let its name end in \.gz"),
        (b"PAR1", "Parquet file; set the format of its table to parquet"),
        (CSV.replace("\n", "\r").encode(), "carriage returns alone; end them with line feeds"),
    ],
)
def test_a_file_of_another_kind_is_told_by_its_first_bytes(
    tmp_path: Path, content: bytes, advice: str
) -> None:
    (tmp_path / "events.csv").write_bytes(content)
    with pytest.raises(PalateError, match=advice):
        events(tmp_path / "events.csv")


def test_a_column_with_a_control_character_commands_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("us\x1b[31mer,item,time\na,b,1\n")
    with pytest.raises(PalateError, match="did you mean") as refused:
        events(tmp_path / "events.csv")
    assert str(refused.value).isprintable()


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    for encoding in ("klingon", "base64"):
        with pytest.raises(ValueError, match="encoding"):
            TableConfig(path="x", encoding=encoding)


QUOTED = 'item,title\na,"One\r\ntwo, ""three"""\nb,"open, broken\nc,Last\n'


def test_a_line_break_in_quotes_is_part_of_the_field_and_an_open_quote_damages_one_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes(QUOTED.encode())
    assert rows(path, table="catalogue") == [
        {"item": "a", "title": 'One\r\ntwo, "three"'},
        {"item": "c", "title": "Last"},
    ]


def test_quotes_may_mean_nothing_or_be_another_sign(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text('item\ttitle\na\t"One" and\nb\t7" single\nc\t"open\n')
    found = rows(path, table="catalogue", delimiter="\t", quote="none")
    assert [row["title"] for row in found] == ['"One" and', '7" single', '"open']
    path.write_text("item,title\na,'One, two'\nb,\"Three\n")
    found = rows(path, table="catalogue", quote="'")
    assert [row["title"] for row in found] == ["One, two", '"Three']


def test_an_escaped_sign_means_itself(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text('item,title\na,"One \\"two\\", three"\nb,Four\\, five\n')
    found = rows(path, table="catalogue", escape="\\")
    assert [row["title"] for row in found] == ['One "two", three', "Four, five"]


def test_a_header_with_an_open_quote_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text('item,"ti\ntle"\na,One\n')
    with pytest.raises(PalateError, match=r"first line of .* cannot be read as a header"):
        rows(path, table="catalogue")


def test_a_json_array_is_read_like_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    objects = [dict(zip(("user", "item", "time"), row, strict=True)) for row in EVENTS]
    for text in (json.dumps(objects), json.dumps(objects, indent=2) + "\n\n"):
        path.write_text(text)
        assert events(path, "jsonl") == EVENTS
    path.write_text(json.dumps(objects)[:-20])
    with pytest.raises(PalateError, match="ends too early; download it again"):
        events(path, "jsonl")
    path.write_text('[{"user": 1}, oh no]')
    with pytest.raises(PalateError, match=r"no valid JSON from character 14 on: 'oh no\]'"):
        events(path, "jsonl")


def test_an_array_of_nothing_lacks_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text("[ ]")
    with pytest.raises(PalateError, match="no column 'user'"):
        events(path, "jsonl")


@pytest.mark.parametrize(
    ("line", "hint"),
    [("{'user': 'ann', 'item': 'i1'}", "Python literal"), ("user,item\x1b[31m", "an object a line")],
)
def test_lines_that_are_no_json_are_shown(tmp_path: Path, line: str, hint: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f"{line}\n" * 3)
    with pytest.raises(PalateError, match=rf"no line is a JSON object; the first reads .*{hint}") as refused:
        events(path, "jsonl")
    assert "\x1b" not in str(refused.value)


def test_keys_that_first_appear_late_are_not_lost(tmp_path: Path) -> None:
    early = {"user": "ann", "item": "i1", "time": 1}
    late = early | {"kind": "order", "value": 5}
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [early] * 2000 + [late]))
    assert rows(path, "jsonl")[-1] == {
        "user": "ann",
        "item": "i1",
        "time": "1",
        "kind": "order",
        "value": "5",
    }
    items = tmp_path / "items.jsonl"
    items.write_text('{"item": "a", "title": "A"}\n' * 2000 + '{"item": "b", "title": "B", "brand": "C"}\n')
    assert rows(items, "jsonl", "catalogue")[-1]["brand"] == "C"
    named = rows(items, "jsonl", "events", columns={"user": "item", "item": "title", "time": "brand"})
    assert named[-1]["time"] == "C"


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_folders_that_are_named_after_values_are_columns(tmp_path: Path, kind: str) -> None:
    for day, user in (("2024-01-01", "ann"), ("2024-01-02", "bob"), ("__HIVE_DEFAULT_PARTITION__", "cy")):
        folder = tmp_path / f"dt={day}" / "shop=a%20b"
        folder.mkdir(parents=True)
        write(folder / "part-0", kind, {"user": user, "item": "i1"})
    found = rows(tmp_path, kind, columns={"time": "dt", "kind": "shop"})
    assert [(row["user"], row.get("time"), row["kind"]) for row in found] == [
        ("ann", "2024-01-01", "a b"),
        ("bob", "2024-01-02", "a b"),
        ("cy", None, "a b"),
    ]


def write(path: Path, kind: str, row: dict[str, Any]) -> None:
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    elif kind == "jsonl":
        path.write_text(json.dumps(row))
    else:
        path.write_text(",".join(row) + "\n" + ",".join(map(str, row.values())))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_time_may_stand_in_two_columns(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "events"
    write(path, kind, {"user": "ann", "item": "i1", "date": "2024-01-01", "time": "12:30:00"})
    (row,) = rows(path, kind, columns={"time": ["date", "time"]})
    assert row == {"user": "ann", "item": "i1", "time": "2024-01-01 12:30:00"}
    with pytest.raises(PalateError, match=r"no column 'clock'.*as in \{time: its_name\}"):
        rows(path, kind, columns={"time": ["date", "clock"]})


@pytest.mark.parametrize("columns", [{}, {"time": ["date", "time"]}])
def test_a_table_without_rows_has_a_sample_of_none(tmp_path: Path, columns: dict[str, Any]) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user,item,date,time\n")
    sample = RawTable.open("events", TableConfig(path=str(path), format="csv", columns=columns)).sample()
    assert len(sample) == 0
    assert {"user", "item", "time"} <= set(sample.column_names)


def test_only_a_time_may_stand_in_several_columns() -> None:
    with pytest.raises(ValueError, match="user is one column"):
        TableConfig.model_validate({"path": "x", "columns": {"user": ["a", "b"]}})


def test_a_format_of_times_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="time_format"):
        TableConfig(path="x", time_format="%Q")


def test_a_column_of_dates_needs_no_unit() -> None:
    assert EventRules(latest_time=0).time_unit == "s"
    dates = pa.chunked_array([pa.array([86_400, None], pa.timestamp("s", "Europe/Berlin"))])
    found = seconds(dates, "ms")
    assert (found.values[0], found.missing.tolist()) == (86_400, [False, True])
