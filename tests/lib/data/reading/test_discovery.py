"""Tables that nobody described are told by what is in them, and the first configuration reads them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from palate.config import Config
from palate.config.load import checked
from palate.data.discovery.document import first_configuration
from palate.data.inspection.reading import read_data
from palate.errors import PalateError
from palate.storage import Folder

DAY = 86_400
START = 1_700_000_000
KINDS = ["mystery|night", "space", "cookery"]
BOOKS = [(f"b{number:02d}", f"Book {number} é", KINDS[number % 3], 1990 + number) for number in range(12)]
ORDERS = [
    (f"r{reader}", f"b{(reader + step) % 12:02d}", START + DAY * step, step % 5 + 1)
    for reader in range(9)
    for step in range(6)
]


def write(path: Path, header: str, rows: list[Any], separator: str = ",", encoding: str = "utf-8") -> str:
    lines = [header, *(separator.join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return str(path)


@pytest.fixture
def books(tmp_path: Path) -> str:
    return write(tmp_path / "books.csv", "id,label,class,year", BOOKS)


def tables(document: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two tables of a configuration, which has to fit."""
    tree = yaml.safe_load(document)
    checked(Config, tree)
    return tree["data"]["events"], tree["data"]["catalogue"]


def everything_is_read(document: str, folder: Path) -> bool:
    data = read_data(checked(Config, yaml.safe_load(document)), Folder(str(folder / "raw")))
    return {name: table.counts.rows_kept for name, table in data.tables.items()} == {
        "catalogue": len(BOOKS),
        "events": len(ORDERS),
    }


def test_columns_are_told_by_their_values_and_every_row_is_read(tmp_path: Path, books: str) -> None:
    orders = write(tmp_path / "orders.csv", "customer,code,boughtAt,stars", ORDERS)
    document = first_configuration(orders, books)
    events, catalogue = tables(document)
    assert events["columns"] == {"user": "customer", "item": "code", "time": "boughtAt", "value": "stars"}
    assert catalogue["columns"] == {"item": "id", "title": "label"}
    assert yaml.safe_load(document)["rerank"]["columns"] == {"category": "class", "date": "year"}
    assert "100% of its values are ids of the catalogue's 'id'" in document
    assert everything_is_read(document, tmp_path)


def test_another_dialect_is_told(tmp_path: Path) -> None:
    rows = [(book, f'"{title}" and after', kind, year) for book, title, kind, year in BOOKS]
    items = write(tmp_path / "books.txt", "id\tlabel\tclass\tyear", rows, "\t", "latin-1")
    orders = write(tmp_path / "orders.csv", "customer;code;at", [row[:3] for row in ORDERS], ";")
    document = first_configuration(orders, items)
    events, catalogue = tables(document)
    assert events["delimiter"] == ";"
    assert {name: catalogue[name] for name in ("format", "delimiter", "quote", "encoding")} == {
        "format": "csv",
        "delimiter": "\t",
        "quote": "none",
        "encoding": "latin-1",
    }
    assert everything_is_read(document, tmp_path)


def test_parquet_and_json_lines_with_times_of_other_kinds(tmp_path: Path) -> None:
    times = pa.array([time * 1000 for _, _, time, _ in ORDERS], pa.timestamp("ms"))
    columns = [pa.array(column) for column in zip(*(row[:2] for row in ORDERS), strict=True)]
    pq.write_table(pa.table([*columns, times], ["who", "what", "moment"]), tmp_path / "orders.parquet")
    lines = [json.dumps({"id": book, "name": title}) for book, title, *_ in BOOKS]
    (tmp_path / "books.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    document = first_configuration(f"{tmp_path}/orders.parquet", f"{tmp_path}/books.gz")
    events, catalogue = tables(document)
    assert events["columns"] == {"user": "who", "item": "what", "time": "moment"}
    assert catalogue["format"] == "jsonl"
    assert everything_is_read(document, tmp_path)


@pytest.mark.parametrize(
    ("times", "setting"),
    [
        ([1000 * time for _, _, time, _ in ORDERS], {"time_unit": "ms"}),
        ([f"2024-01-{step + 1:02d}" for _ in range(9) for step in range(6)], {"time_unit": "iso"}),
        ([f"2024/01/{step + 1:02d}" for _ in range(9) for step in range(6)], {"time_format": "%Y/%m/%d"}),
    ],
)
def test_how_times_are_written_is_told(
    tmp_path: Path, books: str, times: list[Any], setting: dict[str, str]
) -> None:
    rows = [(user, book, time) for (user, book, *_), time in zip(ORDERS, times, strict=True)]
    document = first_configuration(write(tmp_path / "orders.csv", "user,book,at", rows), books)
    events, _ = tables(document)
    assert setting.items() <= events.items()
    assert everything_is_read(document, tmp_path)


def test_ids_that_the_tables_write_differently_are_made_one(tmp_path: Path) -> None:
    items = write(tmp_path / "books.csv", "id,title", [(f"{n:06d}", f"Book {n}") for n in range(10, 30)])
    orders = write(tmp_path / "orders.csv", "user,book,at", [(n % 4, 10 + n, START + n) for n in range(20)])
    events, catalogue = tables(first_configuration(orders, items))
    assert (events["ids"], catalogue["ids"]) == ("stripped", "stripped")


def test_numbers_of_users_that_are_numbers_of_items_too_do_not_mislead(tmp_path: Path) -> None:
    items = write(tmp_path / "items.csv", "item_id,title", [(n, f"Item {n}") for n in range(500)])
    rows = [(n % 20, n * 7 % 500, START + n) for n in range(300)]
    events, _ = tables(first_configuration(write(tmp_path / "log.csv", "user_id,item_id,ts", rows), items))
    assert events["columns"] == {"user": "user_id", "item": "item_id", "time": "ts"}


def test_an_order_stands_for_times_where_there_are_none(tmp_path: Path, books: str) -> None:
    rows = [(user, book, number % 6) for number, (user, book, *_) in enumerate(ORDERS)]
    document = first_configuration(write(tmp_path / "orders.csv", "user,book,place", rows), books)
    assert tables(document)[0]["columns"]["time"] == "place"
    assert "an order and no time" in document


def test_what_cannot_be_told_is_left_to_the_reader(tmp_path: Path, books: str) -> None:
    rows = [row[:2] for row in ORDERS]
    document = first_configuration(write(tmp_path / "orders.csv", "user,book", rows), books)
    assert "# time: no column looks like it" in document


def test_names_that_yaml_would_take_for_something_else_stay_names(tmp_path: Path, books: str) -> None:
    orders = write(tmp_path / "no.csv", "on,yes: #,at", [row[:3] for row in ORDERS])
    document = first_configuration(orders, books)
    assert tables(document)[0]["columns"] == {"user": "on", "item": "yes: #", "time": "at"}
    assert yaml.safe_load(document)["data"]["name"] == "no"


def test_tables_without_a_header_or_a_common_id_are_one_line(tmp_path: Path, books: str) -> None:
    with pytest.raises(PalateError, match="no line of column names: it begins with '1,b00,17"):
        first_configuration(write(tmp_path / "log.csv", "1,b00,1700000000", [(1, "b01", START)]), books)
    with pytest.raises(PalateError, match="events have user, book, the catalogue has id, label, class, year"):
        first_configuration(write(tmp_path / "other.csv", "user,book", [("u", "x1"), ("u", "x2")]), books)
    with pytest.raises(PalateError, match="There is no data in"):
        first_configuration(f"{tmp_path}/nothing.csv", books)
