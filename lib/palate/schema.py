"""Table schemas: column names and Arrow schemas of every table that one stage hands to the next."""

from __future__ import annotations

import pyarrow as pa

# Events, which the field also calls interactions or feedback: one row a thing that somebody did.
USER = "user"
ITEM = "item"
KIND = "kind"
VALUE = "value"
NEGATIVE = "negative"
"""Whether the event speaks against its item."""
TIME = "time"
"""Seconds since 1970-01-01 UTC, or the position in the log for a log without clock times."""

DAY = 86_400
"""Seconds."""

DEFAULT_KIND = "event"
DEFAULT_VALUE = 1.0
"""What an event is of, and worth, in a log that does not say."""

# Catalogue: one row an item, its position in the table is the item's index.
TITLE = "title"
TEXT = "text"
"""What the encoder reads: the configured template filled with the item's fields."""

NO_ITEM = -1
"""Stands for a catalogue index where there is no item, as at the end of a list that could not be filled."""

# Quarantine: one row a row that was refused.
TABLE = "table"
REASON = "reason"
ROW = "row"
"""The refused row as JSON text, or the raw line when it could not even be parsed."""

# Histories: one row a user, events in time order.
ITEMS = "items"
TIMES = "times"
KINDS = "kinds"
VALUES = "values"
DISLIKED = "disliked"
DISLIKED_AFTER = "disliked_after"
TRAIN_END = "train_end"
VALIDATION_END = "validation_end"

# Vectors: one row an item.
INDEX = "index"
TEXT_HASH = "text_hash"
VECTOR = "vector"

EVENTS_SCHEMA = pa.schema(
    [
        pa.field(USER, pa.string(), nullable=False),
        pa.field(ITEM, pa.string(), nullable=False),
        pa.field(KIND, pa.string(), nullable=False),
        pa.field(VALUE, pa.float32(), nullable=False),
        pa.field(TIME, pa.int64(), nullable=False),
    ]
)

PLACE = "place"
"""Where on the list that an event came from its item stood, from 1."""
SHOWN_PLACES_SCHEMA = pa.schema(
    [
        pa.field(USER, pa.string(), nullable=False),
        pa.field(ITEM, pa.string(), nullable=False),
        pa.field(TIME, pa.int64(), nullable=False),
        pa.field(PLACE, pa.int32(), nullable=False),
    ]
)
"""Events of the endpoint that came from lists which it showed."""

CATALOGUE_SCHEMA = pa.schema(
    [
        pa.field(ITEM, pa.string(), nullable=False),
        pa.field(TITLE, pa.string(), nullable=False),
        pa.field(TEXT, pa.string(), nullable=False),
    ]
)
"""The columns that every catalogue has; the source's other columns follow as strings."""

QUARANTINE_SCHEMA = pa.schema(
    [
        pa.field(TABLE, pa.string(), nullable=False),
        pa.field(REASON, pa.string(), nullable=False),
        pa.field(ROW, pa.string(), nullable=False),
    ]
)

HISTORIES_SCHEMA = pa.schema(
    [
        pa.field(USER, pa.string(), nullable=False),
        pa.field(ITEMS, pa.list_(pa.int32()), nullable=False),
        pa.field(TIMES, pa.list_(pa.int64()), nullable=False),
        pa.field(KINDS, pa.list_(pa.string()), nullable=False),
        pa.field(VALUES, pa.list_(pa.float32()), nullable=False),
        pa.field(DISLIKED, pa.list_(pa.int32()), nullable=False),
        pa.field(DISLIKED_AFTER, pa.list_(pa.int32()), nullable=False),
        pa.field(TRAIN_END, pa.int32(), nullable=False),
        pa.field(VALIDATION_END, pa.int32(), nullable=False),
    ]
)
"""`items` holds catalogue indices, and `disliked` those of what the user turned against, with how many of the
events came before that in `disliked_after`. Events before `train_end` are for training, from there to
`validation_end` for validation, the rest for testing."""


def vectors_schema(width: int) -> pa.Schema:
    """Schema of the item-vector table; `vector` is float32 of `width` entries with unit length."""
    return pa.schema(
        [
            pa.field(INDEX, pa.int32(), nullable=False),
            pa.field(ITEM, pa.string(), nullable=False),
            pa.field(TEXT_HASH, pa.string(), nullable=False),
            pa.field(VECTOR, pa.list_(pa.float32(), width), nullable=False),
        ]
    )
