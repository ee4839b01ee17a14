"""`palate report online`: a table for people, JSON for programs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.cli.commands import app
from palate.online import LiveEvent, PostgresStore, embedded_store
from palate.online.impressions import ImpressionStore
from tests.support.processes.wait import started
from tests.support.worlds.shown_lists import shown_to_ann


@pytest.fixture(scope="module")
def report_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a running store with one list of two items, of which one was seen and bought."""
    folder = tmp_path_factory.mktemp("store")
    with started(lambda: embedded_store(folder)) as url:
        asyncio.run(_fill(url))
        yield folder


async def _fill(url: str) -> None:
    shown = shown_to_ann("ab", {"ease": 1.0})
    store = await PostgresStore.open(url)
    await ImpressionStore(store.database).keep([shown])
    await store.append(
        [
            LiveEvent(kind, user="ann", item="b", kind=kind, value=1.0, time=7, list=shown.id)
            for kind in ("view", "buy")
        ]
    )
    await store.close()


def palate_report(store: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["report", "online", "--store", str(store), *words], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_programs_get_json(report_store: Path) -> None:
    told = json.loads(palate_report(report_store, "--click", "view", "--conversion", "buy", "--json"))
    groups = {(group["dimension"], group["value"]): group for group in told["groups"]}
    assert (groups["place", "2"]["clicks"], groups["place", "2"]["conversions"]) == (1, 1)
    assert groups["all", ""]["click_rate"]["share"] == 0.5
    assert (told["named"], told["unknown"], told["mismatched"]) == (2, 0, 0)


def test_operators_get_a_page_beside_the_table(report_store: Path, tmp_path: Path) -> None:
    page = tmp_path / "new" / "report.html"
    assert "source" in palate_report(report_store, "--click", "view", "--html", str(page))
    assert "2 places shown" in page.read_text()
    assert list(page.parent.iterdir()) == [page]


def test_people_get_a_table(report_store: Path) -> None:
    text = palate_report(report_store, "--click", "view")
    assert "source" in text
    assert "50.00 %" in text
    assert re.search("Conversions of lists from .*: none", text)
    assert max(map(len, text.splitlines())) <= 80
    assert "2 events name a list" in text
