"""The repository's documents, and the commands that are printed in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GIVEN_TEXT = re.compile(r"<<'(\w+)'\n.*?^\1$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a document."""

    language: str
    text: str

    def commands(self) -> Iterator[str]:
        """The commands of a shell block, without comments and without texts that they are given."""
        command = ""
        for line in _GIVEN_TEXT.sub("", self.text).replace("\\\n", " ").splitlines():
            command += line + "\n"
            if _is_whole(command):
                if words := shlex.split(command, comments=True):
                    yield shlex.join(words)
                command = ""


def _is_whole(command: str) -> bool:
    """Whether every quotation in it has its end."""
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True


def blocks(document: str) -> list[Block]:
    """The fenced blocks of a document that name their language, in their order."""
    return [Block(*match) for match in _BLOCK.findall((ROOT / document).read_text())]


def shell_commands(document: str) -> list[str]:
    """All commands of a document's shell blocks."""
    return [command for block in blocks(document) if block.language == "sh" for command in block.commands()]
