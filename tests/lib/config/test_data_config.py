"""Data settings: what is given is read, and the ending of a file tells its format."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.config import Config, TableConfig, load_config
from palate.config.load import dump_config
from palate.errors import PalateError


@pytest.mark.parametrize(
    ("path", "kind", "delimiter"),
    [
        ("orders.csv", "csv", ","),
        ("s3://shop/orders.2026.CSV.gz", "csv", ","),
        ("orders.tsv", "csv", "\t"),
        ("orders.ndjson", "jsonl", ","),
        ("orders.jsonl.zst", "jsonl", ","),
        ("orders.parquet", "parquet", ","),
        ("orders/", "parquet", ","),
    ],
)
def test_the_ending_of_a_path_tells_the_format(path: str, kind: str, delimiter: str) -> None:
    table = TableConfig(path=path)
    assert (table.format, table.delimiter) == (kind, delimiter)


def test_a_format_that_is_given_counts_more_than_the_ending() -> None:
    assert TableConfig(path="orders.txt.csv", format="jsonl").format == "jsonl"
    assert TableConfig(path="orders.tsv", delimiter="|").delimiter == "|"


def test_tables_that_are_given_are_the_source_and_not_the_demonstration() -> None:
    data = load_config(None, ["data.events.path=orders.csv", "data.catalogue.path=books.csv"]).data
    assert (data.source, data.name) == ("tables", "tables")
    assert Config().data.source == "movielens-100k"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (["data.source=movielens-100k", "data.events.path=orders.csv"], "set data.source=tables"),
        (["data.folder=downloads"], "set data.source to movielens-1m or amazon-beauty"),
    ],
)
def test_what_would_not_be_read_is_refused(settings: list[str], told: str) -> None:
    with pytest.raises(PalateError, match=told):
        load_config(None, settings)


def test_settings_that_were_told_apart_stay_so_when_they_are_written_and_read(tmp_path: Path) -> None:
    config = load_config(None, ["data.events.path=orders.tsv", "data.catalogue.path=books.jsonl"])
    path = tmp_path / "config.yaml"
    path.write_text(dump_config(config))
    assert load_config(path) == config
