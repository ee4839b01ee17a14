"""Configuration loading: YAML in and out, `key.path=value` overrides, errors that name the nearest key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from palate.config.tree import Config
from palate.errors import PalateError

Tree = TypeVar("Tree", bound=BaseModel)

YAML_ENDINGS = (".yaml", ".yml")
"""What the name of a configuration ends with."""

RENAMED = {"cached_answers": "cache_mb", "merge": "max_batch_size", "at_once": "max_batches_in_flight"}
"""What settings were called before, and what they are called now, in whatever section has the new name."""


def load_config(path: str | Path | None = None, overrides: Sequence[str] = ()) -> Config:
    """The defaults, changed by a YAML file, changed by overrides such as `sequence.layers=3`.

    Raises `PalateError` for a file that cannot be read and for a key or value that does not fit.
    """
    return checked(Config, tree_of(overrides, {} if path is None else _read(Path(path))))


def tree_of(overrides: Sequence[str], tree: dict[str, Any]) -> dict[str, Any]:
    """The tree with `key.path=value` overrides set in it."""
    for override in overrides:
        _set(tree, override)
    return tree


def checked(kind: type[Tree], tree: dict[str, Any], heading: str = "The configuration does not fit") -> Tree:
    """The settings in a tree; `PalateError` that names each that does not fit, and the nearest right one.

    Its message begins with `heading`.
    """
    try:
        return kind.model_validate(tree)
    except ValidationError as error:
        problems = "\n".join(f"  {_explain(detail, kind)}" for detail in error.errors())
        raise PalateError(f"{heading}:\n{problems}") from error


def changed(config: Config, values: Mapping[str, Any]) -> Config:
    """The configuration with other values at some paths, such as `sequence.layers`; errors as above."""
    tree = config.model_dump(mode="json")
    for path, value in values.items():
        _put(tree, path.split("."), value)
    return checked(Config, tree)


def dump_config(config: Config) -> str:
    """The whole tree as YAML; `load_config` of it gives an equal tree."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PalateError(f"Cannot read the configuration {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PalateError(f"The configuration {path} is not valid YAML: {error}") from error
    if not isinstance(tree, dict | None):
        raise PalateError(f"The configuration {path} must be a mapping of names to values")
    return tree or {}


def _set(tree: dict[str, Any], override: str) -> None:
    path, equals, value = override.partition("=")
    keys = path.strip().split(".")
    if not equals and path.endswith(YAML_ENDINGS):
        raise PalateError(
            f"{override!r} looks like a configuration: give one file alone, as in --config {path}"
        )
    if not equals or not all(keys):
        raise PalateError(f"Cannot read {override!r}: a setting is written NAME=VALUE (--help has examples)")
    try:
        _put(tree, keys, yaml.safe_load(value))
    except yaml.YAMLError as error:
        raise PalateError(f"Cannot read the value of {override!r}: {error}") from error


def _put(tree: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        if not isinstance(tree.get(key), dict):
            tree[key] = {}
        tree = tree[key]
    tree[keys[-1]] = value


def _explain(detail: ErrorDetails, kind: type[BaseModel]) -> str:
    path, told = [str(part) for part in detail["loc"]], detail["msg"].removeprefix("Value error, ")
    if detail["type"] != "extra_forbidden":
        # Where settings do not go together the message says which, and the whole section would follow.
        given = "" if isinstance(detail["input"], Mapping) else f" (got {detail['input']!r})"
        return ": ".join([*filter(None, [".".join(path)]), f"{told}{given}"])
    right = _right_name(path[-1], _fields(path[:-1], kind))
    hint = ".".join([*path[:-1], right]) if right else ""
    return f"{'.'.join(path)}: no such setting; did you mean {hint}?"


def _right_name(name: str, names: Sequence[str]) -> str:
    """What a setting is called now, or else the nearest of the names; empty if there is none."""
    if RENAMED.get(name) in names:
        return RENAMED[name]
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.0)), "")


def _fields(path: Sequence[str], model: type[BaseModel]) -> list[str]:
    for part in path:
        if part not in model.model_fields:
            continue  # A name of the user's own, as in rerank.actions.like.
        annotation = model.model_fields[part].annotation
        # A section by itself, or among the parts of a type such as `TableConfig | None`.
        kinds = [annotation, *getattr(annotation, "__args__", ())]
        model = next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    return list(model.model_fields)
