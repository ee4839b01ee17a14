"""Item text from a template: its fields are filled in, without a trace of those that are empty."""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from palate.errors import PalateError

_CLOSER = re.compile(r"[)\]}\"'»]*")
_OPENER_OF = {")": "(", "]": "[", "}": "{"}
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
        one_line = {slot: " ".join((fields.get(slot.field) or "").split()) for slot in self.slots}
        slots = [slot for slot in self.slots if one_line[slot]]
        if not slots:
            return ""
        values = [format(one_line[slot], slot.form) for slot in slots]
        # The literals as before, after, before, after, ..., tail: brackets are paired over all of them.
        literals = [literal for slot in slots for literal in (slot.before, slot.after)]
        *literals, tail = _balanced([*literals, self.tail])
        if slots[0] != self.slots[0]:
            # What separated this field from an empty one would begin the text.
            literals[0] = literals[0].lstrip(_SEPARATORS)
        surrounded = zip(literals[::2], values, literals[1::2], strict=True)
        text = "".join(before + value + after for before, value, after in surrounded)
        return " ".join((text + tail).split())


def parse_template(template: str, fields: Sequence[str], setting: str = "data.text_template") -> Template:
    """Read the template of a setting; `PalateError` for a field that the catalogue lacks or a form that
    cannot be.
    """
    parts = _parts(template, setting)
    for _, name, _, _ in parts:
        if name is not None:
            _require_field(name, fields, f"{setting} {template!r}")
    return _template([(literal, name, form or "") for literal, name, form, _ in parts])


def template_fields(template: str, setting: str = "data.text_template") -> frozenset[str]:
    """The fields that the template of a setting names; `PalateError` for one that cannot be read."""
    return frozenset(name for _, name, _, _ in _parts(template, setting) if name is not None)


def _parts(template: str, setting: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """Each field with the literal before it, its format and its conversion."""
    try:
        parts = list(string.Formatter().parse(template))
        for _, name, form, conversion in parts:
            if name is not None:
                _require_format(name, form, conversion)
    except ValueError as error:
        raise PalateError(f"{setting} {template!r} cannot be read: {error}") from error
    return parts


def _require_field(name: str, fields: Sequence[str], template: str) -> None:
    if name not in fields:
        nearest = difflib.get_close_matches(name, fields, n=1, cutoff=0.0)
        hint = f"; did you mean {nearest[0]!r}? It has: {', '.join(sorted(fields))}" if nearest else ""
        raise PalateError(f"{template}: the catalogue has no field {name!r}{hint}")


def _require_format(name: str, form: str | None, conversion: str | None) -> None:
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
        # A bracket that closes at once stands and falls with the field before it.
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
    text = "".join(literals)
    lonely = _lonely_brackets(text)
    starts = [0, *accumulate(len(literal) for literal in literals)]
    balanced = ["" if position in lonely else sign for position, sign in enumerate(text)]
    return ["".join(balanced[start:end]) for start, end in pairwise(starts)]


def _lonely_brackets(text: str) -> set[int]:
    """Positions of the brackets that have no partner."""
    opened: list[int] = []
    lonely: set[int] = set()
    for position, sign in enumerate(text):
        if sign in _OPENER_OF.values():
            opened.append(position)
        elif sign in _OPENER_OF and opened and text[opened[-1]] == _OPENER_OF[sign]:
            opened.pop()
        elif sign in _OPENER_OF:
            lonely.add(position)
    return lonely.union(opened)
