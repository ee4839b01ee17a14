"""Item catalogue, with deduplication: checked, in the order of its ids, each item once, with its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.config.data import IdForm
from palate.data.hashing import text_hashes
from palate.data.raw.casts import Text, mask_of, text
from palate.data.raw.ids import bad_ids, ids_written_as
from palate.data.raw.layout import CATALOGUE_TABLE
from palate.data.raw.quarantine import joined, quarantine_table, refused_texts
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW, Reasons, combined
from palate.data.text import Template, parse_template
from palate.schema import CATALOGUE_SCHEMA, ITEM, NO_ITEM, TEXT, TITLE

_WHITE_OR_CONTROL = r"[\s\p{Cc}]+"
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


@dataclass(frozen=True)
class ItemIndex:
    """The ids of the catalogue in their order, so that an item's index is its position."""

    ids: pa.Array
    hashes: NDArray[np.uint64]
    """A hash of each id, uint64 [items]."""

    @classmethod
    def of(cls, catalogue: pa.Table) -> ItemIndex:
        """The index of a finished catalogue."""
        ids = combined(catalogue[ITEM])
        return cls(ids, text_hashes(ids.to_pylist()))

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, ids: pa.Array) -> NDArray[np.int32]:
        """Index of each id, int32 [ids]; `NO_ITEM` for null and for an unknown one."""
        positions = pc.fill_null(pc.index_in(ids, value_set=self.ids), NO_ITEM)
        indices: NDArray[np.int32] = positions.to_numpy(zero_copy_only=False).astype(np.int32)
        return indices


def clean_catalogue(raw: pa.Table, ids: IdForm = "text") -> pa.Table:
    """All rows of a raw table, its columns as strings on one line, with a reason where a row is refused."""
    reasons = Reasons(raw)
    # The source's own columns: those of the way are no part of an item.
    names = [name for name in raw.column_names if name not in (REFUSAL, REFUSED_ROW)]
    columns = {name: text(raw[name]) for name in names}
    item = columns[ITEM]
    columns[ITEM] = item._replace(values=ids_written_as(item.values, ids))
    for reason, where in bad_ids(ITEM, columns[ITEM]):
        reasons.mark(reason, where)
    for name in names:
        reasons.mark(f"{name} is not valid UTF-8", columns[name].undecodable)
    # An id stays as it is: with other white space in it, it would be another one than that of the events.
    shown = {name: column.values if name == ITEM else _one_line(column) for name, column in columns.items()}
    refused = {REFUSAL: reasons.to_array(), REFUSED_ROW: refused_texts(raw, reasons.refused)}
    return pa.table(shown | refused)


def finish_catalogue(blocks: Sequence[pa.Table], template: str) -> tuple[pa.Table, pa.Table]:
    """The catalogue (`CATALOGUE_SCHEMA` and the source's other columns) and its quarantine.

    Of several rows with one id the first in the order of all their columns is kept. An item whose
    text would be empty gets its title as text, and one without a title its id as title.
    """
    rows = pa.concat_tables(blocks, promote_options="default")
    good = pc.is_null(rows[REFUSAL])
    items = rows.filter(good).drop_columns([REFUSAL, REFUSED_ROW])
    others = [name for name in items.column_names if name not in (ITEM, TITLE)]
    # In the order of ids, so that rows of one item stand together; of all columns, so that it is always
    # the same row that is kept.
    items = items.sort_by([(name, "ascending") for name in (ITEM, TITLE, *others)])
    double = _repeats(combined(items[ITEM]))
    quarantine = joined(_refused(rows.filter(pc.invert(good))), _doubles(items.filter(pa.array(double))))
    return _with_text(items.filter(pa.array(~double)), template), quarantine


def rendered(items: pa.Table, template: Template, otherwise: Sequence[str]) -> list[str]:
    """Every item by a template, and what stands for it `otherwise` where nothing of the template is known."""
    return [template.fill(item) or other for item, other in zip(items.to_pylist(), otherwise, strict=True)]


def one_line(text: str) -> str:
    """A text as the catalogue has it: on one line, and without HTML's entities."""
    column = pa.array([text], pa.string())
    return str(_one_line_texts(column)[0].as_py())


def _one_line(column: Text) -> pa.Array:
    return _one_line_texts(column.values)


def _one_line_texts(texts: pa.Array) -> pa.Array:
    values = _unescaped(texts)
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(values, _WHITE_OR_CONTROL, " "))


def _unescaped(values: pa.Array) -> pa.Array:
    """Without HTML's entities (`&amp;`), which many catalogues have from the pages that they come from."""
    if not pc.any(pc.match_substring_regex(values, _ENTITY.pattern)).as_py():
        return values
    texts = values.to_pylist()
    return pa.array(
        [text and _ENTITY.sub(lambda entity: unescape(entity[0]), text) for text in texts], pa.string()
    )


def _repeats(ids: pa.Array) -> NDArray[np.bool_]:
    double = np.zeros(len(ids), bool)
    if len(ids) > 1:
        double[1:] = mask_of(pc.equal(ids.slice(1), ids.slice(0, len(ids) - 1)))
    return double


def _refused(rows: pa.Table) -> pa.Table:
    return quarantine_table(CATALOGUE_TABLE, combined(rows[REFUSAL]), combined(rows[REFUSED_ROW]))


def _doubles(rows: pa.Table) -> pa.Table:
    reasons = pa.array(["duplicate item"] * rows.num_rows, pa.string())
    return quarantine_table(CATALOGUE_TABLE, reasons, refused_texts(rows, np.ones(rows.num_rows, bool)))


def _with_text(items: pa.Table, template: str) -> pa.Table:
    # An item without title goes by its id.
    titles = pc.coalesce(combined(items[TITLE]), combined(items[ITEM]))
    texts = rendered(items, parse_template(template, items.column_names), titles.to_pylist())
    first = pa.Table.from_arrays(
        [combined(items[ITEM]), titles, pa.array(texts, pa.string())], schema=CATALOGUE_SCHEMA
    )
    for name in items.column_names:
        if name not in (ITEM, TITLE, TEXT):
            first = first.append_column(name, pc.fill_null(combined(items[name]), ""))
    return first
