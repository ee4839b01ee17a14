"""Data settings: where the raw tables are, and what becomes of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from palate.config.section import Section

SourceName = Literal["movielens-100k", "movielens-1m", "amazon-beauty", "tables"]
"""Every data source. A new one is its name here and its module in `palate.data.sources`."""


class TableConfig(Section):
    """A raw table in files of the user's own."""

    path: str
    """File, folder or object-store URI."""
    format: Literal["parquet", "csv", "jsonl"] = "parquet"
    """How the files are written. CSV (with a header) and JSONL hold one row a line and may be gzipped;
    a gzipped file is read by one worker, so cut large ones up."""
    delimiter: str = Field(",", min_length=1)
    """What separates the fields of a CSV line. Fields may be quoted if it is a single character."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Palate's column name to the file's: `{user: customer_id, item: sku, time: bought_at}`.
    A column that is not listed keeps its name. In a catalogue every other column can be used in
    `text_template`."""
    time_unit: Literal["s", "ms", "iso"] = "s"
    """What a time is: seconds or milliseconds since 1970, or an ISO 8601 date."""


class DataConfig(Section):
    """Sources, cleaning, splits and the text of an item."""

    name: str = "movielens-100k"
    """What reports call the data set."""
    source: SourceName = "movielens-100k"
    """`movielens-100k` comes with the installation, the next two are read from `folder`, and
    `tables` reads `events` and `catalogue`."""
    folder: str | None = None
    """Where the files of `movielens-1m` or `amazon-beauty` are."""
    events: TableConfig | None = None
    """The events table of `source: tables`: user, item and time; kind and value if there are any."""
    catalogue: TableConfig | None = None
    """The catalogue table of `source: tables`: item, title, and what `text_template` names."""
    text_template: str = "{title}"
    """What the encoder reads of an item, with its fields in braces. An empty field leaves no gap."""
    min_value: float | None = None
    """Events below this value (a rating, a share watched) are set aside; none by default."""
    min_user_events: int = Field(3, ge=1)
    """Users with fewer events are set aside, again and again until none is left (k-core). With fewer
    than three events nothing of a user is held out under `leave-one-out`."""
    min_item_events: int = Field(0, ge=0)
    """Items with fewer events lose their events in the same k-core; they stay in the catalogue."""
    split: Literal["leave-one-out", "global-time"] = "leave-one-out"
    """`leave-one-out`: each user's last event is for testing and the one before for validation.
    `global-time`: the latest events of all users are."""
    validation_share: float = Field(0.1, gt=0, lt=0.5)
    """Share of all events, latest but for the test share, that validate under `global-time`."""
    test_share: float = Field(0.1, gt=0, lt=0.5)
    """Share of all events, latest of all, that test under `global-time`."""
    anonymise: bool = False
    """Replace user ids by a keyed hash, in the quarantine too. The key, a secret of 16 characters or
    more, is read from the environment variable PALATE_ID_KEY."""
    partitions: int = Field(8, ge=1)
    """Files that the histories are sharded into by user; one shard must fit in a worker's memory."""
