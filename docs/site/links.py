"""Markdown links: those of a document, where in the repository they lead, and a document's anchors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^( *)(```+).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
CLICK = re.compile(r'(?<=^    click )(\w+) "([^"]+)"', re.MULTILINE)
"""A mermaid node that leads somewhere."""
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")


class Link(NamedTuple):
    """A link as it is written, cut at the anchor. An empty path means the document itself."""

    path: str
    anchor: str


def links_of(text: str) -> Iterator[Link]:
    """The links of a Markdown text that stay in the repository, those of its diagrams included."""
    targets = [match[0] for match in LINK.finditer(_without_code(text))]
    targets += [match[2] for match in CLICK.finditer(text)]
    for target in targets:
        if not target.startswith(ELSEWHERE):
            path, _, anchor = target.partition("#")
            yield Link(path, anchor)


def rewrite_links(text: str, page: Callable[[str], str], address: Callable[[str], str]) -> str:
    """The text with `page(target)` for each link to the repository, and `address(target)` in diagrams."""
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        # Code is put aside, so that nothing in it is taken for a link.
        hidden.append(match[0])
        return f"\0{len(hidden) - 1}\0"

    def leave(match: re.Match[str]) -> str:
        target = match[0]
        return target if target.startswith((*ELSEWHERE, "#")) else page(target)

    text = CLICK.sub(lambda match: f'{match[1]} "{address(match[2])}"', text)
    for code in (FENCE, CODE):
        text = code.sub(hide, text)
    text = LINK.sub(leave, text)
    # What was hidden last holds what was hidden before.
    for number in reversed(range(len(hidden))):
        text = text.replace(f"\0{number}\0", hidden[number])
    return text


def anchors_of(text: str) -> set[str]:
    """The anchors of a document's headings, as readers of Markdown make them."""
    return {slug(match[1]) for match in HEADING.finditer(FENCE.sub("", text))}


def slug(heading: str) -> str:
    """The anchor of a heading: lower case, hyphens for blanks, no other signs."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")


def inside(root: Path, document: Path, target: str) -> Path:
    """The path in the repository that a link of a document leads to; `ValueError` if it leaves it."""
    return (document.parent / target).resolve().relative_to(root.resolve())


def _without_code(text: str) -> str:
    return CODE.sub("", FENCE.sub("", text))
