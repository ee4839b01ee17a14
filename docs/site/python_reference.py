"""The Python reference: signatures and docstrings of the library's main entries, read from the objects."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

ENTRIES = {
    "Front door": ["palate:open_release", "palate.front_door:OpenRelease",
                   "palate.recommender.recommendations:Recommendations",
                   "palate.front_door:ItemExplanation", "palate:PalateError"],
    "Settings": ["palate.config:load_config", "palate.config:Config", "palate.rank.rules:Rules"],
    "Data": ["palate.data.histories:Histories", "palate.data.histories:History"],
    "Models": ["palate.encode.encoder:TextEncoder", "palate.sequence:SequenceModel",
               "palate.recommender.recommender:Recommender"],
    "Releases": ["palate.release:publish", "palate.release:promote", "palate.release:verified_release",
                 "palate.storage:Folder"],
}  # fmt: skip
"""What a program may want of the library, as `module:name`."""
INTRODUCTION = (
    "What a program may want of the library. Everything else of `lib/palate` can be imported too, and has "
    "its docstring where it stands; these are the entries that change least."
)


def python_page() -> str:
    """All entries by topic."""
    parts = ["# Python API", INTRODUCTION]
    for topic, entries in ENTRIES.items():
        parts += [f"## {topic}", *(entry_section(*entry.split(":")) for entry in entries)]
    return "\n\n".join(parts) + "\n"


def entry_section(module: str, name: str) -> str:
    """A function, or a class with its public methods."""
    entry = getattr(importlib.import_module(module), name)
    parts = [f"### {name}", f"`from {module} import {name}`", _signature(name, entry), _docstring(entry)]
    if inspect.isclass(entry):
        parts += [_method(name, method, member) for method, member in _public_methods(entry)]
    return "\n\n".join(part for part in parts if part)


def _public_methods(entry: type) -> list[tuple[str, Any]]:
    """The methods that the class itself writes, in its order."""
    return [
        (name, member)
        for name, member in vars(entry).items()
        if not name.startswith("_") and inspect.isfunction(getattr(member, "__func__", member))
    ]


def _method(owner: str, name: str, member: Any) -> str:
    function = getattr(member, "__func__", member)
    return f"#### {owner}.{name}\n\n{_signature(name, function)}\n\n{_docstring(function)}"


def _signature(name: str, entry: Any) -> str:
    try:
        signature = str(inspect.signature(entry)).replace("'", "")
    except ValueError:
        return ""
    return f"```python\n{name}{signature}\n```"


def _docstring(entry: Any) -> str:
    return inspect.cleandoc(entry.__doc__ or "")
