"""Validation messages: what is wrong with a request's fields, and what they may hold."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from serving.api.errors.text import shorten, shown

MAX_LISTED_MISTAKES = 5
"""Mistakes that a message lists."""
MAX_NAME_CHARACTERS = 64
"""Characters of a field's name that a message repeats."""
UNKNOWN_FIELD = "extra_forbidden"
TOLD_WITHOUT_INPUT = (
    "missing",
    "user_or_history",
    "item_or_text",
    "list_without_item",
    "record_without_user",
)
"""Mistakes of what is not there: repeating the whole request would tell nothing, and what somebody wrote."""


def describe_mistakes(
    details: Sequence[Mapping[str, Any]], model: type[BaseModel] | None = None
) -> tuple[str, str]:
    """A message with the first mistakes, and what to do; `model` knows what each field may hold."""
    listed = details[:MAX_LISTED_MISTAKES]
    message = "; ".join(_mistake(detail, model) for detail in listed)
    allowed = dict.fromkeys(filter(None, (_allowed(detail, model) for detail in listed)))
    return message, " ".join(allowed) or "Change the request as the message says."


def _mistake(detail: Mapping[str, Any], model: type[BaseModel] | None) -> str:
    path = _path(detail["loc"])
    if detail["type"] == UNKNOWN_FIELD:
        return f"{path}: there is no such field{_nearest(detail, model)}"
    if detail["type"] == "string_pattern_mismatch":
        return f"{path}: holds characters that are not allowed (got {shown(detail['input'])})"
    got = "" if detail["type"] in TOLD_WITHOUT_INPUT else f" (got {shown(detail['input'])})"
    return f"{path}: {shorten(detail['msg'])}{got}" if path else f"The body: {shorten(detail['msg'])}{got}"


def _nearest(detail: Mapping[str, Any], model: type[BaseModel] | None) -> str:
    name = _name(detail["loc"][-1])
    near = difflib.get_close_matches(name, _fields(detail["loc"][:-1], model), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _allowed(detail: Mapping[str, Any], model: type[BaseModel] | None) -> str:
    if detail["type"] == UNKNOWN_FIELD:
        return f"The fields are {', '.join(_fields(detail['loc'][:-1], model))}."
    field = _field(detail["loc"], model)
    return f"{_path(detail['loc'])}: {field.description}" if field and field.description else ""


def _path(location: Sequence[str | int]) -> str:
    return ".".join(map(_name, location))


def _name(part: str | int) -> str:
    return shorten(str(part), MAX_NAME_CHARACTERS)


def _fields(location: Sequence[str | int], model: type[BaseModel] | None) -> list[str]:
    field = _field(location, model)
    inner = next(_models(field.annotation), None) if field else model
    return list(inner.model_fields) if inner else []


def _field(location: Sequence[str | int], model: type[BaseModel] | None) -> FieldInfo | None:
    """The field at a place; a place in a list belongs to the list's field."""
    field = None
    for name in (part for part in location if isinstance(part, str)):
        field = model.model_fields.get(name) if model else None
        model = next(_models(field.annotation), None) if field else None
    return field


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
