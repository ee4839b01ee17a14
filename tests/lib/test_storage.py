from uuid import uuid4

import pyarrow as pa
import pytest

from palate.errors import PalateError
from palate.storage import Folder, absolute_uri
from tests.support.s3.s3_server import BUCKET, s3_server


@pytest.fixture(scope="module")
def s3():
    with s3_server() as environment:
        yield environment


@pytest.fixture(params=["path", "uri", pytest.param("s3", marks=pytest.mark.server)])
def folder(request, tmp_path, monkeypatch):
    if request.param == "s3":
        for name, value in request.getfixturevalue("s3").items():
            monkeypatch.setenv(name, value)
        return Folder(f"s3://{BUCKET}/{uuid4().hex}/run")
    return Folder(str(tmp_path / "run") if request.param == "path" else f"file://{tmp_path}/run")


def test_what_is_written_is_read(folder):
    folder.write_json("deep/down/facts.json", {"b": [1], "a": "é"})
    assert folder.read_json("deep/down/facts.json") == {"b": [1], "a": "é"}
    folder.write_table("tables/one.parquet", pa.table({"x": [1, 2]}))
    folder.write_table("tables/two.parquet", pa.table({"x": [3]}))
    assert folder.read_table("tables")["x"].to_pylist() == [1, 2, 3]
    assert [len(table) for table in folder.tables("tables")] == [2, 1]


def test_a_part_of_a_file_is_read_alone(folder):
    folder.write_chunks("a.bin", [b"abc", pa.py_buffer(b""), pa.py_buffer(b"defg")])
    assert [folder.read_span("a.bin", *span).to_pybytes() for span in [(0, 3), (2, 5), (4, 4)]] == [
        b"abc", b"cde", b"",
    ]  # fmt: skip


def test_a_write_leaves_no_temporary_file(folder):
    folder.write_bytes("a.bin", b"old")
    folder.write_bytes("a.bin", b"new")
    assert folder.files() == ["a.bin"]
    assert folder.read_bytes("a.bin") == b"new"


def test_what_a_killed_writer_leaves_is_no_file_and_no_part_of_a_table(folder):
    folder.write_table("tables/one.parquet", pa.table({"x": [1]}))

    def killed():
        yield b"PAR1 and no more"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.write_chunks("tables/two.parquet", killed())
    assert folder.files("tables") == ["tables/one.parquet"]
    assert folder.read_table("tables")["x"].to_pylist() == [1]
    folder.delete("tables")
    assert not folder.exists("tables")


def test_a_writer_that_gives_up_leaves_what_was_there(folder):
    folder.write_bytes("current.json", b"old")

    def gives_up():
        yield b"n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.write_chunks("current.json", gives_up())
    assert folder.read_bytes("current.json") == b"old"


@pytest.mark.server
def test_an_object_of_which_half_comes_is_read_whole_or_not_at_all(monkeypatch):
    content, table = bytes(range(256)) * 400, pa.table({"x": range(50_000)})
    with s3_server("half") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        folder = Folder(f"s3://{BUCKET}/halves")
        folder.write_bytes("a.bin", content)
        folder.write_table("a.parquet", table)
        read = [_read(lambda: folder.read_bytes("a.bin")) for _ in range(15)]
        tables = [_read(lambda: folder.read_table("a.parquet")) for _ in range(15)]
    assert {one for one in read if one is not None} == {content}
    assert any(tables)
    assert all(one.equals(table) for one in tables if one is not None)


def _read(read):
    """What was read, or None where that was told to have failed."""
    try:
        return read()
    except OSError:
        return None


def test_a_file_of_several_parts_comes_back_as_it_was(folder):
    parts = [bytes([number]) * 5_000_000 for number in range(5)]
    folder.write_chunks("large.bin", parts)
    assert b"".join(folder.chunks("large.bin")) == b"".join(parts)
    with folder.local_file("large.bin") as path:
        assert path.stat().st_size == 25_000_000


def test_a_folder_is_copied_up_and_down(folder, tmp_path):
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "file").write_text("content")
    flat = tmp_path / "flat"
    flat.mkdir()
    (flat / "file").write_text("alone")
    folder.upload(flat, "flat")
    assert folder.read_bytes("flat/file") == b"alone"
    folder.delete("flat")
    folder.upload(source, "copy")
    assert folder.files(recursive=True) == ["copy/inner/file"]
    back = folder.download(tmp_path / "back", "copy")
    assert (back / "inner" / "file").read_text() == "content"


def test_deleting_what_is_missing_is_fine(folder):
    folder.delete("nothing")
    folder.write_bytes("some/file", b"")
    folder.delete("some")
    assert not folder.exists("some")
    assert folder.files("some") == []
    assert folder.folders() == []


def test_an_unknown_kind_of_uri_is_explained():
    with pytest.raises(PalateError, match="nosuch://"):
        Folder("nosuch://bucket/run")


def test_only_a_relative_path_changes_when_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert absolute_uri("runs") == str(tmp_path / "runs")
    assert absolute_uri("/runs") == "/runs"
    assert absolute_uri("s3://bucket/runs") == "s3://bucket/runs"
