"""Columns that settings name are there, which is told before any row is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.config import Config, load_config
from palate.data.inspection.columns import require_columns
from palate.errors import PalateError


@pytest.fixture
def shop(tmp_path: Path) -> list[str]:
    """Settings of two tables."""
    (tmp_path / "orders.csv").write_text("user,item,time\n")
    (tmp_path / "books.csv").write_text("item,title,kind,year\n")
    return [f"data.events.path={tmp_path}/orders.csv", f"data.catalogue.path={tmp_path}/books.csv"]


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("rerank.columns.category=kinds", r"rerank\.columns\.category is 'kinds'.*did you mean 'kind'"),
        ("rerank.columns.date=yaer", "did you mean 'year'"),
        ("rerank.columns.available=stock", r"rerank\.columns\.available.*It has: item, title, kind, year"),
        ("explain.facts=[author]", r"explain\.facts is 'author'"),
        ("explain.texts=[author]", r"explain\.texts is 'author'"),
        ("encoder.paraphrases=['{author}']", r"encoder\.paraphrases"),
        ("data.text_template='{title} by {author}'", r"data\.text_template"),
        ("data.events.columns={user: customer}", "no column 'customer'"),
    ],
)
def test_a_missing_column_is_told_with_its_setting(shop: list[str], setting: str, told: str) -> None:
    with pytest.raises(PalateError, match=told):
        require_columns(load_config(None, [*shop, setting]))


def test_columns_that_are_there_pass(shop: list[str]) -> None:
    columns = "rerank.columns={category: kind, date: year, available: text}"
    require_columns(load_config(None, [*shop, columns, "explain.facts=[kind]"]))


def test_a_table_of_another_format_is_told_with_the_setting(tmp_path: Path, shop: list[str]) -> None:
    with pytest.raises(PalateError, match="format: csv or jsonl"):
        require_columns(load_config(None, [*shop, "data.events.format=parquet"]))


def test_the_demonstration_has_its_columns() -> None:
    require_columns(Config.model_validate({"rerank": {"columns": {"category": "genres", "date": "year"}}}))
    with pytest.raises(PalateError, match="did you mean 'genres'"):
        require_columns(Config.model_validate({"rerank": {"columns": {"category": "genre"}}}))
