"""`palate items`: files into the living catalogue and out of it, each row of which fits the release."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from jobs.cli.commands import app
from palate.errors import PalateError
from palate.online import embedded_store
from palate.online.item_export import read_items
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> tuple[str, str]:
    """Folders of the releases and of a store."""
    place = tmp_path_factory.mktemp("items")
    run = tiny_run(str(place / "run"), tiny.catalogue, tiny.histories)
    publish_tiny(run, Folder(str(place / "releases")), "ease")
    return str(place / "releases"), str(place / "store")


def palate_items(*words: str) -> str:
    done = CliRunner().invoke(app, ["items", *words], env={"COLUMNS": "160"})
    if isinstance(done.exception, PalateError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def imported(places: tuple[str, str], file: Path, *words: str) -> str:
    return palate_items("import", str(file), "--releases", places[0], "--store", places[1], *words)


def test_what_is_imported_is_exported_and_can_be_imported_again(
    places: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(
        "item,title,state\nn1,A new &amp; good one,\nn2,Another,unavailable\ni03,,gone\n"
    )
    with embedded_store(Path(places[1])):
        assert "3 items" in imported(places, tmp_path / "new.csv")
        before = read_items(places[1])
        assert {item.item: (item.state.value, dict(item.fields)) for item in before} == {
            "n1": ("available", {"title": "A new & good one"}),
            "n2": ("unavailable", {"title": "Another"}),
            "i03": ("gone", {}),
        }
        told = palate_items("export", str(tmp_path / "out"), "--store", places[1], "--json")
        assert json.loads(told)["items"] == 3
        written = pq.read_table(tmp_path / "out" / "items.parquet")
        assert written.column_names == ["item", "state", "title"]
        imported(places, tmp_path / "out" / "items.parquet")
        after = read_items(places[1])
        assert [(item.item, item.state, item.fields) for item in after] == [
            (item.item, item.state, item.fields) for item in before
        ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('{"item": "x", "title": "X", "yaer": "1999"}', "no column 'yaer'"),
        ('{"item": "x", "title": "X", "state": "sold"}', "state of 'x' is 'sold'"),
        ('{"item": "", "title": "X"}', "mend it"),
        (json.dumps({"item": "x", "title": "x" * 20_000}), "items.max_item_bytes"),
    ],
)
def test_a_file_with_a_row_that_does_not_fit_changes_nothing(
    places: tuple[str, str], tmp_path: Path, lines: str, message: str
) -> None:
    (tmp_path / "new.jsonl").write_text('{"item": "good", "title": "Good"}\n' + lines + "\n")
    with embedded_store(Path(places[1])):
        with pytest.raises(PalateError, match=message):
            imported(places, tmp_path / "new.jsonl")
        assert "good" not in {item.item for item in read_items(places[1])}


def test_help_says_what_becomes_of_an_item() -> None:
    assert "within two seconds" in palate_items("--help")
    assert "palate items import new.csv" in palate_items("import", "--help")
