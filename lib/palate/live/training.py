"""Live items in training: what was said of items is laid over the raw catalogue before it is finished."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from palate.config.data import IdForm
from palate.data.catalogue import clean_catalogue
from palate.data.raw.casts import mask_of
from palate.data.raw.quarantine import refused_texts
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW, Reasons, combined
from palate.online.items import ItemState, LiveItem
from palate.schema import ITEM

GONE = "gone from the living catalogue"
"""Why a row of an item that is gone is refused."""


def with_live_items(
    blocks: Sequence[pa.Table], items: Sequence[LiveItem], ids: IdForm = "text"
) -> tuple[pa.Table, int]:
    """The cleaned rows of a raw catalogue as they are now, new items among them, and how many were added.

    Args:
        blocks: as `clean_catalogue` gives them.
        items: all live items. What is said in a column that the raw catalogue does not have is left out.
        ids: how ids are written in the raw catalogue.
    """
    rows = pa.concat_tables(blocks, promote_options="default")
    live = [item for item in items if item.state is not ItemState.GONE]
    gone = pa.array([item.item for item in items if item.state is ItemState.GONE], pa.string())
    said = clean_catalogue(_said(live, rows.column_names), ids)
    rows = _changed(_without(rows, gone), said)
    new = said.filter(pc.invert(pc.is_in(said[ITEM], value_set=combined(rows[ITEM]))))
    return pa.concat_tables([rows, new], promote_options="default"), new.num_rows


def _said(items: Sequence[LiveItem], columns: Sequence[str]) -> pa.Table:
    """A raw table of what was said; null where nothing was."""
    names = [name for name in columns if name not in (ITEM, REFUSAL, REFUSED_ROW)]
    texts = {name: pa.array([item.fields.get(name) for item in items], pa.string()) for name in names}
    return pa.table({ITEM: pa.array([item.item for item in items], pa.string())} | texts)


def _without(rows: pa.Table, gone: pa.Array) -> pa.Table:
    """The rows, those of items that are gone refused."""
    if not len(gone):
        return rows
    reasons = Reasons(rows)
    reasons.mark(GONE, mask_of(pc.fill_null(pc.is_in(rows[ITEM], value_set=gone), False)))
    texts = refused_texts(rows, reasons.refused)
    names = [name for name in rows.column_names if name not in (REFUSAL, REFUSED_ROW)]
    return rows.select(names).append_column(REFUSAL, reasons.to_array()).append_column(REFUSED_ROW, texts)


def _changed(rows: pa.Table, said: pa.Table) -> pa.Table:
    """The rows with what was said of their items in place of what they had."""
    # Where each row's item stands among those of which something was said; null for the others.
    places = pc.index_in(rows[ITEM], value_set=combined(said[ITEM]))
    for name in said.column_names:
        if name not in (ITEM, REFUSAL, REFUSED_ROW):
            values = pc.coalesce(combined(said[name]).take(combined(places)), combined(rows[name]))
            rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows
