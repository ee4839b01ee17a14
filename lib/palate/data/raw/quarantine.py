"""Quarantine: the table of refused rows, each with its reason."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from palate.data.raw.reasons import REFUSED_ROW, Mask, combined
from palate.data.raw.rows import row_texts
from palate.schema import QUARANTINE_SCHEMA, REASON, ROW


def quarantine_table(table: str, reasons: pa.Array, rows: pa.Array) -> pa.Table:
    """A table of `QUARANTINE_SCHEMA`, ordered by reason and row; `table` is the name of the raw one."""
    names = pa.array([table] * len(reasons), pa.string())
    columns = [names, reasons, rows.cast(pa.string())]
    return _ordered(pa.Table.from_arrays(columns, schema=QUARANTINE_SCHEMA))


def joined(*tables: pa.Table) -> pa.Table:
    """One quarantine out of several."""
    return _ordered(pa.concat_tables(tables))


def refused_texts(rows: pa.Table, refused: Mask) -> pa.Array:
    """Text of each refused row, large_string [rows]: the reader's if it has one, else its columns as JSON."""
    has_texts = REFUSED_ROW in rows.column_names
    texts = combined(rows[REFUSED_ROW]) if has_texts else pa.nulls(rows.num_rows, pa.large_string())
    # Only rows that were refused after they were read still need a text.
    new = pc.and_(pa.array(refused), pc.is_null(texts))
    columns = [name for name in rows.column_names if not name.startswith("palate:")]
    written = row_texts(rows.select(columns).filter(new))
    return pc.replace_with_mask(texts, new, pa.array(written, pa.large_string()))


def counts_by_reason(quarantine: pa.Table) -> Counter[str]:
    """Rows by their reason."""
    counts = quarantine[REASON].value_counts()
    return Counter({row["values"].as_py(): row["counts"].as_py() for row in counts})


def withheld(texts: pa.Array) -> pa.Array:
    """The lengths in place of the texts, for rows in which an id cannot be told from the rest."""
    shown = [
        None if text is None else f"withheld, as it may hold the id of a user: {len(text)} characters"
        for text in texts.to_pylist()
    ]
    return pa.array(shown, pa.large_string())


def _ordered(table: pa.Table) -> pa.Table:
    return table.sort_by([(REASON, "ascending"), (ROW, "ascending")])
