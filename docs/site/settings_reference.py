"""The settings reference: a table a section of the configuration, from the pydantic models themselves."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.site.markdown import cell, one_line

HEAD = "| setting | type | default | bounds | what it is |\n|---|---|---|---|---|\n"
BOUNDS = {"ge": "≥ {}", "gt": "> {}", "le": "≤ {}", "lt": "< {}", "min_length": "length ≥ {}"}


def settings_page(title: str, introduction: str, model: type[BaseModel]) -> str:
    """A page of all settings below `model`, each section under its dotted path."""
    tables = [section_table(path, section) for path, section in sections(model)]
    return f"# {title}\n\n{introduction}\n\n" + "\n".join(tables)


def sections(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """A model and the models of its fields, each with its dotted path; the root's is empty."""
    yield path, model
    for name, field in model.model_fields.items():
        for part in models_in(field.annotation):
            yield from sections(part, f"{path}.{name}".lstrip("."))


def section_table(path: str, model: type[BaseModel]) -> str:
    """A heading, the section's docstring, and a row a setting; settings that are sections have their own."""
    fields = model.model_fields.items()
    rows = [setting_row(name, field) for name, field in fields if not _is_section(field)]
    table = HEAD + "\n".join(rows) + "\n" if rows else ""
    return f"## {path or 'top level'}\n\n{one_line(model.__doc__ or '')}\n\n{table}"


def setting_row(name: str, field: FieldInfo) -> str:
    """Name, type, default, bounds and description of a setting."""
    cells = [f"`{name}`", f"`{type_text(field.annotation)}`", f"`{default_text(field)}`", bounds_text(field)]
    return "| " + " | ".join(cell(text) for text in [*cells, field.description or ""]) + " |"


def default_text(field: FieldInfo) -> str:
    """The default as YAML would have it."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, BaseModel):
        return "its defaults"
    names = {None: "null", True: "true", False: "false", "": '""'}
    return names.get(default, str(default)) if isinstance(default, bool | str | None) else _plain(default)


def bounds_text(field: FieldInfo) -> str:
    """What a value has to keep to, as far as the model says it by a number."""
    bounds = [
        text.format(getattr(constraint, name))
        for constraint in field.metadata
        for name, text in BOUNDS.items()
        if getattr(constraint, name, None) is not None
    ]
    return ", ".join(bounds)


def type_text(annotation: Any) -> str:
    """A type without the names of the modules that it comes from."""
    if typing.get_origin(annotation) is Literal:
        return " | ".join(str(value) for value in typing.get_args(annotation))
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return "null" if annotation is type(None) else annotation.__name__
    arguments = [type_text(argument) for argument in typing.get_args(annotation) if argument is not ...]
    origin = typing.get_origin(annotation)
    if origin in {list, dict, tuple, set}:
        # YAML knows one kind of list.
        return f"{'dict' if origin is dict else 'list'}[{', '.join(arguments)}]"
    return " | ".join(arguments) or str(annotation)


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field holds, in whatever container."""
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for argument in typing.get_args(annotation) for model in models_in(argument)]


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and bool(models_in(field.annotation))


def _plain(value: Any) -> str:
    """A container or number as people write it."""
    if isinstance(value, tuple):
        return str([_plain(part) if isinstance(part, tuple) else part for part in value])
    return str(value)
