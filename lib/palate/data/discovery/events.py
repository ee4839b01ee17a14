"""Event roles: which column of a log is the user, the item, the kind and the value of an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from palate.config.data import IdForm
from palate.data.discovery.column import Column
from palate.data.discovery.guess import Guess, Guesses
from palate.data.discovery.times import guess_time
from palate.data.raw.ids import id_written_as
from palate.errors import PalateError
from palate.schema import ITEM, KIND, TIME, USER, VALUE

USER_WORDS = ("user", "uid", "customer", "visitor", "member", "account", "client", "person", "reader")
ITEM_WORDS = ("item", "iid", "product", "sku", "article", "content")
KIND_WORDS = ("kind", "type", "event", "action", "behavior", "behaviour", "verb")
VALUE_WORDS = ("value", "rating", "score", "stars", "weight", "quantity", "amount", "count")
_FORMS: tuple[IdForm, ...] = ("text", "nfc", "stripped", "integer")
"""Ways of writing ids; the one that changes least comes first."""
_KNOWN = 0.5
"""Share of a column's values that have to be ids of the catalogue."""
_FEW = 30
"""Different values that a column of kinds has at most."""


class IdPair(NamedTuple):
    """A column of the events whose values are ids of a column of the catalogue."""

    event: Column
    item: Column
    form: IdForm
    share: float
    """Of the different values of the first, those that are in the second."""


def guess_pair(events: Sequence[Column], catalogue: Sequence[Column]) -> IdPair:
    """How the tables hang together; `PalateError` if no column of one has ids of the other."""
    unique = [column for column in catalogue if column.is_unique]
    pairs = [pair for item in unique for event in events if (pair := _pair(event, item))]
    if not pairs:
        raise PalateError(
            "No column of the events has the ids of a column of the catalogue that has each value once: "
            f"events have {_names(events)}, the catalogue has {_names(catalogue)}"
        )
    # Where the numbers of users are those of items too, names decide.
    return max(pairs, key=_likelihood)


def guess_events(columns: Sequence[Column], pair: IdPair) -> Guesses:
    """The columns of Palate's that the log has, and how its times are written."""
    found = {ITEM: Guess(pair.event.name, _known(pair))} | guess_time(_others(columns, {pair.event.name}))
    taken = {pair.event.name, *([found[TIME].value] if TIME in found else [])}
    found |= _user(_others(columns, taken))
    if TIME not in found and USER in found:
        users = next(column for column in columns if column.name == found[USER].value)
        found |= _order(_others(columns, taken | {users.name}), users)
    left = _others(columns, {guess.value for guess in found.values()})
    return found | _kind(left) | _value(left)


def _pair(event: Column, item: Column) -> IdPair | None:
    for form in _FORMS:
        known = {id_written_as(id, form) for id in item.distinct}
        asked = {id_written_as(id, form) for id in event.distinct}
        share = len(asked & known) / max(1, len(asked))
        if share >= _KNOWN:
            return IdPair(event, item, form, share)
    return None


def _likelihood(pair: IdPair) -> tuple[bool, bool, bool, float]:
    same = pair.event.name == pair.item.name
    return not pair.event.is_called(USER_WORDS), same, pair.event.is_called(ITEM_WORDS), pair.share


def _known(pair: IdPair) -> str:
    known = f"{pair.share:.0%} of its values are ids of the catalogue's {pair.item.name!r}"
    return known if pair.form == "text" else f"{known}, written as {pair.form}"


def _user(columns: Sequence[Column]) -> Guesses:
    """What is called so, or else what has most different values that come again."""
    ids = [column for column in columns if column.filled and not column.is_unique and _is_id(column)]
    called = [column for column in columns if column.is_called(USER_WORDS)]
    if not called + ids:
        return {}
    column = max(called or ids, key=lambda column: len(column.distinct))
    reason = f"{len(column.distinct):,} different values in {column.filled:,} rows"
    return {USER: Guess(column.name, reason)}


def _is_id(column: Column) -> bool:
    """Whether the values are short texts or whole numbers."""
    return bool((column.numbers % 1 == 0).all()) if column.is_numeric else column.median_length <= 64


def _order(columns: Sequence[Column], users: Column) -> Guesses:
    """A number that rises with every event of a user, which stands for the time where there is none."""
    for column in columns:
        if column.is_numeric and column.filled == len(column.texts) and _rises(column, users):
            return {TIME: Guess(column.name, "an order and no time: it rises with every event of a user")}
    return {}


def _rises(column: Column, users: Column) -> bool:
    order = np.lexsort((np.arange(len(column.texts)), users.texts.dictionary_encode().indices.fill_null(-1)))
    user, number = np.array(users.texts.to_pylist(), object)[order], column.numbers[order]
    same = user[1:] == user[:-1]
    return bool(same.any() and (number[1:] > number[:-1])[same].all())


def _kind(columns: Sequence[Column]) -> Guesses:
    few = [column for column in columns if 1 < len(column.distinct) <= _FEW and not column.is_numeric]
    called = [column for column in few if column.is_called(KIND_WORDS)]
    return {KIND: Guess(called[0].name, f"its values: {_some(called[0])}")} if called else {}


def _value(columns: Sequence[Column]) -> Guesses:
    called = [column for column in columns if column.is_numeric and column.is_called(VALUE_WORDS)]
    if not called:
        return {}
    low, high = called[0].numbers.min(), called[0].numbers.max()
    return {VALUE: Guess(called[0].name, f"numbers from {low:g} to {high:g}")}


def _others(columns: Sequence[Column], taken: set[str]) -> list[Column]:
    return [column for column in columns if column.name not in taken]


def _some(column: Column) -> str:
    return ", ".join(sorted(column.distinct)[:5])


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns)
