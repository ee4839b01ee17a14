"""Output of the commands: tables for people and JSON for programs."""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.runtime.faults import INTERRUPTED
from palate.errors import printable


def show_json(content: Any) -> None:
    """Print JSON on standard output."""
    print(json.dumps(content, indent=2, ensure_ascii=False, default=str))


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; columns of numbers are right-aligned."""
    cells = [list(map(_cell, row)) for row in rows]
    table = Table(title=Text(title), title_justify="left")
    for number, name in enumerate(columns):
        is_numeric = all(_is_number(row[number]) for row in cells)
        table.add_column(name, justify="right" if is_numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))  # Text: titles may hold what looks like markup
    Console().print(table)


def show_line(text: str) -> None:
    """Print a line of text as it is."""
    Console().print(Text(text), soft_wrap=True)


def write_page(file: Path, page: str) -> None:
    """Write a page for people; it is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.part")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.rename(file)


def show_note(kind: str, text: str) -> None:
    """Print a line that somebody may want to act on, behind a word that says what it is."""
    Console().print(Text.assemble((f"{kind}: ", "bold yellow"), printable(text)), soft_wrap=True)


def show_error(message: str) -> None:
    """Print a message for a mistake that the user can mend."""
    Console(stderr=True).print(Text.assemble(("error: ", "bold red"), printable(message)), soft_wrap=True)


@contextmanager
def resumable() -> Iterator[None]:
    """Say, when the work inside is interrupted, that it can go on; the status is then 130."""
    try:
        yield
    except KeyboardInterrupt:
        Console(stderr=True).print(INTERRUPTED)
        _leave(130)


def _leave(status: int) -> NoReturn:
    """End the process: Python's own tidying of Ray and torch would take seconds more."""
    atexit._run_exitfuncs()  # ends what Ray had begun to start
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
