"""Pages of source files and folders, so that a link to code leads somewhere without a network."""

from __future__ import annotations

import ast
from pathlib import Path

LANGUAGES = {
    ".py": "python", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".js": "javascript", ".css": "css",
    ".html": "html", ".json": "json",
}  # fmt: skip
AS_IT_IS = {".png", ".svg", ".json"}
"""What a browser shows by itself; it is copied."""
HIDDEN = "---\nsearch:\n  exclude: true\n---\n"
"""Words of the code would drown those of the documents in a search."""
FENCE = "``````"
"""Longer than any fence within a file."""


def page_of(path: Path) -> str:
    """Where the page of a file or folder of the repository lies on the site, as a path below its root."""
    if path.is_dir():
        return str(path / "index.md")
    if path.name == "README.md":
        return str(path.with_name("index.md"))
    return str(path) if path.suffix in {".md", *AS_IT_IS} else f"{path}.md"


def file_page(path: Path) -> str:
    """A source file, shown whole."""
    language = LANGUAGES.get(path.suffix, "text")
    return f"{HIDDEN}\n# {path.name}\n\n`{path}`\n\n{FENCE}{language}\n{path.read_text().rstrip()}\n{FENCE}\n"


def folder_page(folder: Path, entries: list[Path]) -> str:
    """What is in a folder, each file with the first line of its docstring."""
    lines = [f"- [{entry.name}]({_relative(entry, folder)}){summary_of(entry)}" for entry in entries]
    title = f"{HIDDEN}\n# {folder}\n\n{_docstring(folder / '__init__.py')}\n\n"
    return title + "\n".join(lines) + "\n"


def summary_of(path: Path) -> str:
    """A colon and the first line of a module's docstring, or of a package's; empty without one."""
    text = _docstring(path / "__init__.py" if path.is_dir() else path)
    return f": {text.splitlines()[0]}" if text else ""


def _docstring(path: Path) -> str:
    if path.suffix != ".py" or not path.exists():
        return ""
    return (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]


def _relative(entry: Path, folder: Path) -> str:
    return page_of(entry).removeprefix(f"{folder}/")
