"""The text of an item: a template filled with its fields, without a trace of those that are empty."""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from palate.errors import PalateError

_CLOSER = re.compile(r"[)\]}\"'»]*")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_SEPARATORS = " ,.;:|/-"


@dataclass(frozen=True)
class Slot:
    """A field of a template with the literal text that stands and falls with it."""

    before: str
    field: str
    form: str
    """Python's format specification, such as `.200` for the first 200 characters."""
    after: str
    """Brackets and quotes that close right behind the field."""


@dataclass(frozen=True)
class Template:
    """`{title} ({year}). {plot:.200}`, ready to be filled."""

    slots: tuple[Slot, ...]
    tail: str

    def fill(self, fields: Mapping[str, str | None]) -> str:
        """The text, on one line; an empty field takes the text before it and its brackets along."""
        shown = [(slot, " ".join((fields.get(slot.field) or "").split())) for slot in self.slots]
        full = [(slot, value) for slot, value in shown if value]
        if not full:
            return ""
        pieces = [
            piece for slot, value in full for piece in (slot.before, format(value, slot.form), slot.after)
        ]
        literals = _balanced([piece for i, piece in enumerate(pieces) if i % 3 != 1] + [self.tail])
        if full[0][0] != self.slots[0]:
            literals[0] = literals[0].lstrip(_SEPARATORS)
        tail = literals.pop()
        texts = (
            before + value + after
            for before, value, after in zip(literals[::2], pieces[1::3], literals[1::2], strict=True)
        )
        return " ".join(("".join(texts) + tail).split())


def parse_template(template: str, fields: Sequence[str], setting: str = "data.text_template") -> Template:
    """Read the template of a setting; `PalateError` for a field that the catalogue lacks or a form that
    cannot be.
    """
    try:
        parts = list(string.Formatter().parse(template))
        for _, name, form, conversion in parts:
            _check(f"{setting} {template!r}", name, form, conversion, fields)
    except ValueError as error:
        raise PalateError(f"{setting} {template!r} cannot be read: {error}") from error
    return _template([(literal, name, form or "") for literal, name, form, _ in parts])


def _check(
    told: str, name: str | None, form: str | None, conversion: str | None, fields: Sequence[str]
) -> None:
    if name is None:
        return
    if name not in fields:
        nearest = difflib.get_close_matches(name, fields, n=1, cutoff=0.0)
        hint = f"; did you mean {nearest[0]!r}? It has: {', '.join(sorted(fields))}" if nearest else ""
        raise PalateError(f"{told}: the catalogue has no field {name!r}{hint}")
    if conversion:
        raise ValueError(f"{{{name}!{conversion}}}: conversions are not supported")
    format("text", form or "")


def _template(parts: Sequence[tuple[str, str | None, str]]) -> Template:
    """Deal each literal out: closing brackets to the field before it, the rest to the one behind."""
    slots: list[Slot] = []
    rest = ""
    for literal, name, form in parts:
        closers = _CLOSER.match(literal)
        after = closers[0] if slots and closers else ""
        if after:
            last = slots[-1]
            slots[-1] = Slot(last.before, last.field, last.form, last.after + after)
        rest += literal[len(after) :]
        if name is not None:
            slots.append(Slot(rest, name, form, ""))
            rest = ""
    return Template(tuple(slots), rest)


def _balanced(literals: Sequence[str]) -> list[str]:
    """The literals without brackets whose partner went away with an empty field."""
    opened: list[tuple[int, int]] = []
    lonely: set[tuple[int, int]] = set()
    for row, literal in enumerate(literals):
        for column, sign in enumerate(literal):
            if sign in _PAIRS.values():
                opened.append((row, column))
            elif sign in _PAIRS and opened and literals[opened[-1][0]][opened[-1][1]] == _PAIRS[sign]:
                opened.pop()
            elif sign in _PAIRS:
                lonely.add((row, column))
    lonely.update(opened)
    return [
        "".join(sign for column, sign in enumerate(literal) if (row, column) not in lonely)
        for row, literal in enumerate(literals)
    ]
