"""Data settings: where the raw tables are, and what becomes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from palate.config.section import Section
from palate.schema import TIME

SourceName = Literal["movielens-100k", "movielens-1m", "amazon-beauty", "tables"]
"""Every data source. A new one is its name here and its module in `palate.data.sources`."""


NO_QUOTE = "none"
DEFAULT_ENCODING = "utf-8"
REPEAT_NEVER, REPEAT_ALLOWED = "never", "allowed"
TimeUnit = Literal["s", "ms", "us", "ns", "iso"]
IdForm = Literal["text", "integer", "stripped", "nfc"]
_EVENTS, _CATALOGUE, _TABLES = "events", "catalogue", "tables"
_IN_A_FOLDER = ("movielens-1m", "amazon-beauty")
FORMAT_OF = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
"""How a file is written whose name ends so; a tab separates the fields of a `.tsv`."""
_COMPRESSED = frozenset({".gz", ".bz2", ".zst", ".lz4", ".zip"})


def format_ending(path: str) -> str:
    """The ending that tells a file's format, in small letters: `.csv` of `orders.CSV.gz`, "" of a folder."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    return next((suffix for suffix in reversed(suffixes) if suffix not in _COMPRESSED), "")


class TableConfig(Section):
    """A raw table in files of the user's own."""

    path: str
    """File, folder or object-store URI."""
    format: Literal["parquet", "csv", "jsonl"] = "parquet"
    """How the files are written; by default as the ending of `path` says. CSV has a header; JSONL is an
    object a line, or one array of objects. Both may be compressed (`.gz`, `.bz2`, `.zst`, `.lz4`, a `.zip`
    of one file). A compressed file, a JSON array and one in UTF-16 are read by one worker each, so cut
    large ones up."""
    delimiter: str = Field(",", min_length=1)
    """What separates the fields of a CSV line. Fields may be quoted if it is a single character."""
    quote: str = '"'
    """What quotes a field of a CSV line, in which it stands doubled for itself; `none` where quotes mean
    nothing, as in many tab-separated files."""
    escape: str | None = Field(None, min_length=1, max_length=1)
    """What makes the next character of a CSV field mean itself, such as a backslash; none by default."""
    encoding: str = DEFAULT_ENCODING
    """How text is written in CSV and JSONL, by Python's name of it: `latin-1`, `cp1252`, `utf-16`. A byte
    order mark is left out by itself."""
    columns: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    """Palate's column name to the file's: `{user: customer_id, item: sku, time: bought_at}`. A time in
    several columns is their texts with spaces between: `{time: [day, clock]}`.
    A column that is not listed keeps its name. In a catalogue every other column can be used in
    `text_template`."""
    ids: IdForm = "text"
    """How ids are written, where the two tables write them differently. `text`: as they are. `integer`:
    whole numbers by their digits alone, so that 13.0, 1.3e1 and 013 are 13. `stripped`: without zeros in
    front. `nfc`: Unicode's composed form. In events it holds for users as well as items."""
    time_unit: TimeUnit = "s"
    """What a time is: seconds, milliseconds, microseconds or nanoseconds since 1970, or an ISO 8601 date."""
    time_format: str | tuple[str, ...] = ()
    """How a time is written if by none of these units, in the directives of Python's `strptime`:
    `"%a %b %d %H:%M:%S %z %Y"`. Of several formats the first that fits counts. A time without a zone is
    UTC."""

    @property
    def time_formats(self) -> tuple[str, ...]:
        """`time_format` as several, whether one is set, several or none."""
        return (self.time_format,) if isinstance(self.time_format, str) else self.time_format

    @field_validator("columns")
    @classmethod
    def _only_a_time_has_several(
        cls, columns: dict[str, str | tuple[str, ...]]
    ) -> dict[str, str | tuple[str, ...]]:
        several = [name for name, column in columns.items() if not isinstance(column, str) and name != TIME]
        if several:
            raise ValueError(f"{several[0]} is one column; only a time can be several")
        return columns

    @field_validator("quote")
    @classmethod
    def _quote_is_none_or_a_character(cls, quote: str) -> str:
        if quote != NO_QUOTE and len(quote) != 1:
            raise ValueError(f"a single character or {NO_QUOTE}")
        return quote

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, encoding: str) -> str:
        try:
            "a".encode(encoding)
        except LookupError as error:
            raise ValueError(str(error)) from error
        return encoding

    @field_validator("time_format")
    @classmethod
    def _time_format_can_be_read(cls, formats: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for form in (formats,) if isinstance(formats, str) else formats:
            datetime.strptime(datetime(2000, 1, 1, tzinfo=UTC).strftime(form), form)
        return formats

    @model_validator(mode="before")
    @classmethod
    def _ending_tells_the_format(cls, given: Any) -> Any:
        ending = format_ending(str(given.get("path", ""))) if isinstance(given, dict) else ""
        if ending not in FORMAT_OF:
            return given
        told = {"format": FORMAT_OF[ending]} | ({"delimiter": "\t"} if ending == ".tsv" else {})
        return told | given


class NegativeRule(Section):
    """Events that say what somebody does not want: all of a kind, or those of low value."""

    kinds: tuple[str, ...] = Field(min_length=1)
    """Kinds of events."""
    max_value: float | None = None
    """The highest value, such as a rating, that still speaks against the item; by default every value."""


class DataConfig(Section):
    """Sources, cleaning, splits and the text of an item."""

    name: str = "movielens-100k"
    """What reports call the data set; by default as its source is called."""
    source: SourceName = "movielens-100k"
    """`movielens-100k` comes with the installation, the next two are read from `folder`, and
    `tables` reads `events` and `catalogue`; it is the default where one of these is given."""
    folder: str | None = None
    """Where the files of `movielens-1m` or `amazon-beauty` are."""
    events: TableConfig | None = None
    """The events table of `source: tables`: user, item and time; kind and value if there are any."""
    catalogue: TableConfig | None = None
    """The catalogue table of `source: tables`: item, title, and what `text_template` names."""
    store: str | None = None
    """The endpoint's event store, as in `palate serve --store`: what it was told is learned too, each event
    once even if the events table has it as well, and who was erased there is left out of that table."""
    text_template: str = "{title}"
    """What the encoder reads of an item, with its fields in braces. An empty field leaves no gap."""
    negative: tuple[NegativeRule, ...] = (
        NegativeRule(kinds=("dislike", "hide", "skip", "downvote", "return", "refund")),
    )
    """Events that speak against their item, here and at the endpoint. They are no part of a history, so
    nothing is recommended for them and none of them is sought; the sequence model learns not to recommend
    the item, and no list of that user names it. `[]` takes every event as positive, and with
    `[{kinds: [rating], max_value: 2}]` a rating of 2 or less is negative."""
    repeat: str = Field(REPEAT_NEVER, pattern=rf"^({REPEAT_NEVER}|{REPEAT_ALLOWED}|after [1-9][0-9]*d)$")
    """Whether an item that somebody had is recommended to them again: `never`, as for books and courses;
    `allowed`, as for groceries and music; or `after 30d`, once so many days have passed. Evaluation, training
    and the endpoint keep to it."""
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

    @model_validator(mode="before")
    @classmethod
    def _tables_are_the_source(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        has_tables = given.get(_EVENTS) is not None or given.get(_CATALOGUE) is not None
        source = given.get("source", _TABLES if has_tables else cls.model_fields["source"].default)
        return {"source": source, "name": source} | given

    @model_validator(mode="after")
    def _source_reads_what_is_given(self) -> Self:
        tables = [name for name in (_EVENTS, _CATALOGUE) if getattr(self, name) is not None]
        if tables and self.source != _TABLES:
            raise ValueError(
                f"{' and '.join(tables)} would not be read from source {self.source}: set data.source=tables"
            )
        if self.folder is not None and self.source not in _IN_A_FOLDER:
            raise ValueError(
                f"folder would not be read from source {self.source}: set data.source to "
                f"{' or '.join(_IN_A_FOLDER)}, or give data.events and data.catalogue"
            )
        return self
