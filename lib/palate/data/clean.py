"""Event cleaning: interactions of any source to typed columns; a refused row stays, with its reason."""

from __future__ import annotations

import time as clock
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from palate.config import DataConfig, TableConfig
from palate.config.data import IdForm, NegativeRule, TimeUnit
from palate.data.anonymise import anonymous_id, id_key
from palate.data.catalogue import ItemIndex
from palate.data.feedback import is_negative
from palate.data.hashing import text_hash
from palate.data.raw.casts import CodedText, Numbers, coded_text, mask_of, numbers, whole
from palate.data.raw.ids import bad_ids, bad_texts, ids_written_as
from palate.data.raw.quarantine import refused_texts, withheld
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW, Mask, Reasons, combined
from palate.data.raw.times import seconds
from palate.schema import DAY, DEFAULT_KIND, DEFAULT_VALUE, ITEM, KIND, NEGATIVE, TIME, USER, VALUE

CLEAN_SCHEMA = pa.schema(
    [
        pa.field(USER, pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field(ITEM, pa.int32(), nullable=False),
        pa.field(KIND, pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field(VALUE, pa.float32(), nullable=False),
        pa.field(TIME, pa.int64(), nullable=False),
        pa.field(NEGATIVE, pa.bool_(), nullable=False),
        pa.field(REFUSAL, pa.string()),
        pa.field(REFUSED_ROW, pa.large_string()),
    ]
)
"""`item` is the catalogue index. A refused row has a hash of its text as user, so that a shuffle on the
user spreads the refused rows too."""


@dataclass(frozen=True)
class EventRules:
    """What an event must be."""

    latest_time: int
    """Later times, in seconds, lie in the future."""
    time_unit: TimeUnit = "s"
    time_formats: tuple[str, ...] = ()
    ids: IdForm = "text"
    min_value: float | None = None
    negative: tuple[NegativeRule, ...] = ()
    erased: frozenset[str] = field(default=frozenset(), repr=False)
    """Users of whom nothing may be kept."""
    id_key: bytes | None = field(default=None, repr=False)
    """Replace user ids by hashes with this key."""

    @classmethod
    def of(cls, table: TableConfig, data: DataConfig, erased: frozenset[str] = frozenset()) -> EventRules:
        """The rules of an events table; `PalateError` if ids are to be hashed and there is no key."""
        return cls(
            latest_time=int(clock.time()) + DAY,
            time_unit=table.time_unit,
            time_formats=table.time_formats,
            ids=table.ids,
            min_value=data.min_value,
            negative=data.negative,
            erased=erased,
            id_key=id_key() if data.anonymise else None,
        )


def clean_events(raw: pa.Table, rules: EventRules, items: ItemIndex) -> pa.Table:
    """A table of `CLEAN_SCHEMA` with as many rows as `raw`.

    `raw` has the columns user, item and time, maybe kind (else `event`) and value (else 1), of any Arrow
    type, and maybe the reader's refusals.
    """
    reasons = Reasons(raw)
    # What is to be said of users, items and kinds is found out once for each, and not for each row.
    user, item, kind = _ids(raw[USER], rules.ids), _ids(raw[ITEM], rules.ids), _kinds(raw)
    time, value = seconds(raw[TIME], rules.time_unit, rules.time_formats), _values(raw)
    index = items.find(item.text.values)[item.codes]
    gone = _erased(user.text.values, rules.erased)[user.codes]
    # Of several things wrong with a row the first that is marked here is its reason.
    reasons.mark("user was erased", gone)
    _mark(reasons, user, bad_ids(USER, user.text))
    _mark(reasons, item, bad_ids(ITEM, item.text))
    _mark(reasons, kind, bad_texts(KIND, kind.text.values))
    _mark_bad_times(reasons, time, rules)
    _mark_bad_values(reasons, value)
    reasons.mark("unknown item", index < 0)
    _mark_low_values(reasons, value, rules)
    if rules.erased:
        raw = _without_erased(raw, gone)
    users, rows = _users_and_rows(raw, user, reasons.refused, rules.id_key)
    # A refused row needs some value too where the schema has no null.
    kinds = kind.column(pc.fill_null(kind.text.values, DEFAULT_KIND))
    rounded = np.nan_to_num(value.values.astype(np.float32))
    columns = {
        USER: users,
        ITEM: index,
        KIND: kinds,
        VALUE: rounded,
        TIME: whole(time.values),
        NEGATIVE: is_negative(kinds, rounded, rules.negative),
        REFUSAL: reasons.to_array(),
        REFUSED_ROW: rows,
    }
    return pa.table(columns, schema=CLEAN_SCHEMA)


def _ids(column: pa.ChunkedArray, form: IdForm) -> CodedText:
    ids, codes = coded_text(column)
    return CodedText(ids._replace(values=ids_written_as(ids.values, form)), codes)


def _kinds(raw: pa.Table) -> CodedText:
    nothing = pa.chunked_array([pa.nulls(raw.num_rows, pa.string())])
    return coded_text(raw[KIND] if KIND in raw.column_names else nothing)


def _mark(reasons: Reasons, column: CodedText, bad: Iterable[tuple[str, Mask]]) -> None:
    for reason, of_value in bad:
        reasons.mark(reason, of_value[column.codes])


def _values(raw: pa.Table) -> Numbers:
    """Values rounded to float32, to which infinity may come by rounding; missing ones are the default."""
    if VALUE not in raw.column_names:
        return Numbers(
            np.full(raw.num_rows, DEFAULT_VALUE), np.zeros(raw.num_rows, bool), np.zeros(raw.num_rows, bool)
        )
    given = numbers(raw[VALUE])
    with np.errstate(over="ignore"):
        rounded = given.values.astype(np.float32).astype(np.float64)
    return given._replace(values=np.where(given.missing, DEFAULT_VALUE, rounded))


def _mark_bad_times(reasons: Reasons, time: Numbers, rules: EventRules) -> None:
    reasons.mark("missing time", time.missing)
    of_dates = rules.time_unit == "iso" or rules.time_formats
    reasons.mark("time is not a date" if of_dates else "time is not a number", time.unreadable)
    reasons.mark("negative time", time.values < 0)
    reasons.mark("time in the future", time.values > rules.latest_time)


def _mark_bad_values(reasons: Reasons, value: Numbers) -> None:
    reasons.mark("value is not a number", value.unreadable)
    reasons.mark("value is not finite", ~np.isfinite(value.values))


def _mark_low_values(reasons: Reasons, value: Numbers, rules: EventRules) -> None:
    if rules.min_value is not None:
        reasons.mark("value below the minimum", value.values < rules.min_value)


def _users_and_rows(
    raw: pa.Table, user: CodedText, refused: Mask, key: bytes | None
) -> tuple[pa.DictionaryArray, pa.Array]:
    """The user column, and the text of each refused row."""
    users = user.text.values
    # Hashed before a refused row is written down, so that no id gets into the quarantine.
    if key is not None:
        users = _anonymous(users, key)
        raw = _without_ids(raw, user.column(users))
    rows = refused_texts(raw, refused)
    hashes = [text_hash(row) for row in rows.filter(pa.array(refused)).to_pylist()]
    # A refused row's user is its hash: those stand behind the users, [users + refused rows].
    codes = user.codes.copy()
    codes[refused] = len(users) + np.arange(len(hashes))
    all_users = pa.concat_arrays([users, pa.array(hashes, pa.string())])
    return user._replace(codes=codes).column(all_users), rows


def _erased(users: pa.Array, erased: frozenset[str]) -> Mask:
    return mask_of(pc.is_in(users, pa.array(sorted(erased), pa.string())))


def _without_erased(raw: pa.Table, gone: Mask) -> pa.Table:
    """The raw rows, nothing of which says what erased users did: all that is left of a row is that it was."""
    nothing = [pc.if_else(pa.array(gone), pa.scalar(None, column.type), combined(column)) for column in raw]
    return _withholding(pa.table(nothing, schema=raw.schema))


def _anonymous(users: pa.Array, key: bytes) -> pa.Array:
    hashes = [None if user is None else anonymous_id(user, key) for user in users.to_pylist()]
    return pa.array(hashes, pa.string())


def _without_ids(raw: pa.Table, users: pa.DictionaryArray) -> pa.Table:
    return _withholding(raw.set_column(raw.column_names.index(USER), USER, users))


def _withholding(raw: pa.Table) -> pa.Table:
    """The rows without the text of those that could not be read, in which an id may stand anywhere."""
    if REFUSED_ROW in raw.column_names:
        position = raw.column_names.index(REFUSED_ROW)
        raw = raw.set_column(position, REFUSED_ROW, withheld(combined(raw[REFUSED_ROW])))
    return raw
