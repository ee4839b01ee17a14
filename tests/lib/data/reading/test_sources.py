"""Each source gives its tables, or says what is missing and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from palate.config import DataConfig, TableConfig
from palate.config.data import SourceName
from palate.data import sources
from palate.data.anonymise import anonymous_id, id_key
from palate.data.files.discovery import raw_files
from palate.data.raw.layout import Layout, table_layout
from palate.data.raw.table import RawTable
from palate.data.sources import data_source, open_source, source_identity
from palate.data.sources.base import DataSource
from palate.errors import PalateError
from palate.storage import Folder


def opened(data: DataConfig, raw: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    open_source(data, Folder(str(raw)))
    tables = (Folder(str(raw)).read_table(name) for name in ("events.parquet", "catalogue.parquet"))
    events, catalogue = (table.to_pylist() for table in tables)
    return events, catalogue


def write(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_bytes(text.encode("latin-1"))
    return str(folder)


MOVIES = "1::Matrix, The (1999)::Action|Sci-Fi\n2::Misérables, Les (1995)::Drama\n"


def test_movielens_1m_reads_grouplens_files(tmp_path: Path) -> None:
    folder = write(tmp_path, movies__dat=MOVIES, ratings__dat="9::2::5::978300760\n")
    events, catalogue = opened(DataConfig(source="movielens-1m", folder=folder), tmp_path / "raw")
    assert events == [{"user": "9", "item": "2", "value": "5", "time": "978300760"}]
    assert [(row["title"], row["year"], row["genres"]) for row in catalogue] == [
        ("The Matrix", "1999", "Action Sci-Fi"),
        ("Les Misérables", "1995", "Drama"),
    ]


def test_movielens_1m_reads_sequences_and_skips_the_unknown_item(tmp_path: Path) -> None:
    extras = "1::Matrix::1999::R::d::Action::Wachowski::w::Reeves::A hacker.::N/A\r\n"
    sequences = json.dumps({"user": 5, "items": [2, 0, 1]})
    folder = write(
        tmp_path, movies__dat=MOVIES, movies_extrainfos__dat=extras, sasrec_sequences__jsonl=sequences
    )
    events, catalogue = opened(DataConfig(source="movielens-1m", folder=folder), tmp_path / "raw")
    assert [(row["item"], row["time"]) for row in events] == [("2", 0), ("1", 1)]
    assert [(row["director"], row["plot"]) for row in catalogue] == [("Wachowski", "A hacker."), ("", "")]


def test_sequences_cannot_be_split_by_time(tmp_path: Path) -> None:
    folder = write(tmp_path, movies__dat=MOVIES, sasrec_sequences__jsonl='{"user": 5, "items": [2]}')
    with pytest.raises(PalateError, match="no times"):
        open_source(
            DataConfig(source="movielens-1m", folder=folder, split="global-time"),
            Folder(str(tmp_path / "raw")),
        )


def test_every_beauty_item_has_a_title(tmp_path: Path) -> None:
    items = [
        {"item_id": 1, "title": "Soap"},
        {"item_id": 2, "title": None, "idgenrec_keywords": "red lacquer"},
    ]
    folder = write(tmp_path, sequences__txt="1 1 2\n2 3\n", items__jsonl="\n".join(map(json.dumps, items)))
    _, catalogue = opened(DataConfig(source="amazon-beauty", folder=folder), tmp_path / "raw")
    assert {row["item"]: row["title"] for row in catalogue} == {
        "1": "Soap",
        "2": "red lacquer",
        "3": "Item 3",
    }


@pytest.mark.parametrize("source", ["movielens-1m", "amazon-beauty"])
def test_a_missing_folder_or_file_says_what_to_do(source: str, tmp_path: Path) -> None:
    for folder in (None, str(tmp_path), str(tmp_path / "nowhere")):
        with pytest.raises(PalateError, match=r"data\.folder"):
            source_identity(DataConfig.model_validate({"source": source, "folder": folder}))


def test_damaged_downloads_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path, sequences__txt="1 1\n", items__jsonl="{")
    with pytest.raises(PalateError, match=r"items\.jsonl is damaged"):
        opened(DataConfig(source="amazon-beauty", folder=folder), tmp_path / "raw")


@pytest.mark.parametrize("name", get_args(SourceName))
def test_every_name_that_the_configuration_allows_has_its_module(name: SourceName) -> None:
    assert isinstance(data_source(name), DataSource)


def test_every_module_with_a_source_can_be_configured() -> None:
    modules = {
        path.stem for path in Path(sources.__file__).parent.glob("*.py") if "\nSOURCE = " in path.read_text()
    }
    assert modules == {name.replace("-", "_") for name in get_args(SourceName)}


def test_own_tables_need_their_paths() -> None:
    with pytest.raises(PalateError, match=r"data\.events\.path"):
        source_identity(DataConfig(source="tables"))


def test_the_identity_changes_with_the_files(tmp_path: Path) -> None:
    paths = {name: TableConfig(path=str(tmp_path / name)) for name in ("events", "catalogue")}
    data = DataConfig(source="tables", **paths)
    write(tmp_path, events="a", catalogue="b")
    before = source_identity(data)
    write(tmp_path, events="ab")
    assert source_identity(data) != before


def test_a_missing_column_is_refused_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("user_id,item,time\n")
    config = TableConfig(path=str(tmp_path / "events.csv"), format="csv")
    files = raw_files(config.path, "data.events.path")
    with pytest.raises(
        PalateError, match=r"no column 'user'; did you mean 'user_id'\?.*data\.events\.columns"
    ):
        table_layout("events", config, files)
    mapped = config.model_copy(update={"columns": {"user": "user_id"}})
    assert table_layout("events", mapped, files).names == {"user": "user_id", "item": "item", "time": "time"}


def layout_of(table: str, path: Path, kind: str, *template_fields: str, **settings: Any) -> Layout:
    config = TableConfig.model_validate({"path": str(path), "format": kind} | settings)
    return table_layout(table, config, raw_files(config.path, f"data.{table}.path"), template_fields)


def test_a_column_of_bytes_is_left_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "items.parquet"
    pq.write_table(pa.table({"item": [b"a"], "title": ["A"], "image": [b"\xff"], "genre": ["x"]}), path)
    layout = layout_of("catalogue", path, "parquet")
    assert list(layout.names) == ["item", "title", "genre"]
    assert "image" in " ".join(layout.notes())
    assert "image" in layout_of("catalogue", path, "parquet", "image").names
    assert "pixels" in layout_of("catalogue", path, "parquet", columns={"pixels": "image"}).names


def test_a_column_that_stands_twice_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user,item,time,item\n")
    with pytest.raises(PalateError, match="has the column 'item' 2 times"):
        layout_of("events", path, "csv")
    twice = pa.Table.from_arrays([pa.array(["a"])] * 3, names=["item", "title", "title"])
    pq.write_table(twice, tmp_path / "items.parquet")
    with pytest.raises(PalateError, match="has the column 'title' 2 times"):
        layout_of("catalogue", tmp_path / "items.parquet", "parquet")


def test_columns_that_nobody_reads_may_stand_twice_or_have_no_name(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(",user,item,time,note,note\n")
    assert list(layout_of("events", path, "csv").names) == ["user", "item", "time"]
    path.write_text(",item,title,\n")
    assert list(layout_of("catalogue", path, "csv").names) == ["item", "title"]


def test_columns_that_only_newer_files_have_are_read(tmp_path: Path) -> None:
    old = pa.table({"user": ["a"], "item": ["x"], "time": [1]})
    pq.write_table(old, tmp_path / "1.parquet")
    pq.write_table(old.append_column("value", pa.array([5])), tmp_path / "2.parquet")
    table = RawTable.open("events", TableConfig(path=str(tmp_path)))
    rows = [row for piece in table.pieces() for block in table.read(piece) for row in block.to_pylist()]
    assert [row["value"] for row in rows] == [None, 5]


def test_csv_files_must_agree_on_their_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user,item,time\n")
    (tmp_path / "b.csv").write_text("item,user,time\n")
    config = TableConfig(path=str(tmp_path), format="csv")
    with pytest.raises(PalateError, match=r"b\.csv has other columns"):
        table_layout("events", config, raw_files(config.path, "data.events.path"))


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "events.parquet").write_text("no parquet")
    config = TableConfig(path=str(tmp_path / "events.parquet"))
    with pytest.raises(PalateError, match=r"events\.parquet is not a Parquet file"):
        table_layout("events", config, raw_files(config.path, "data.events.path"))


def test_anonymous_ids_need_a_key_that_cannot_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("", "short"):
        monkeypatch.setenv("PALATE_ID_KEY", key)
        with pytest.raises(PalateError, match="PALATE_ID_KEY") as refused:
            id_key()
        assert "short" not in str(refused.value)


def test_anonymous_ids_depend_on_user_and_key() -> None:
    ids = {anonymous_id(user, key) for user in ("a", "b") for key in (b"k" * 100, b"l" * 100)}
    assert len(ids) == 4
    assert anonymous_id("a", b"k" * 100) == anonymous_id("a", b"k" * 100)
