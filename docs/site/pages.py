"""The hand-written pages: every Markdown file of the repository, its links changed to pages of the site."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from docs.site.links import inside, links_of, rewrite_links
from docs.site.source_pages import AS_IT_IS, file_page, folder_page, page_of


def committed(*patterns: str) -> list[Path]:
    """Paths of the repository's files that fit; those that git does not know yet are there too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", *patterns]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    return [Path(line) for line in listed if line and Path(line).exists()]


def write_documents(site: Path) -> None:
    """All Markdown files below `site`, and a page for each file and folder that they link to."""
    linked: set[Path] = set()
    for document in committed("*.md"):
        text = document.read_text()
        write(site / page_of(document), site_text(document, text))
        linked |= {inside(Path(), document, link.path) for link in links_of(text) if link.path}
    write_sources(site, linked)


def write_sources(site: Path, linked: set[Path]) -> None:
    """Pages of source files, and of folders with all that they list, down to the last file."""
    waiting, written = sorted(linked), set[Path]()
    while waiting:
        path = waiting.pop()
        if path not in written and path.suffix != ".md":
            written.add(path)
            entries = entries_of(path)
            waiting += entries
            _write_source(site, path, entries)


def entries_of(folder: Path) -> list[Path]:
    """What stands in a folder, sorted; nothing for a file, or for a folder that a README describes."""
    if not folder.is_dir() or (folder / "README.md").exists():
        return []
    depth = len(folder.parts) + 1
    return sorted({Path(*path.parts[:depth]) for path in committed(f"{folder}/*")})


def _write_source(site: Path, path: Path, entries: list[Path]) -> None:
    target = site / page_of(path)
    if entries:
        write(target, folder_page(path, entries))
    elif path.suffix in AS_IT_IS:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    elif path.is_file():
        write(target, file_page(path))


def site_text(document: Path, text: str) -> str:
    """A document as a page of the site: its links lead to pages."""

    def page(target: str) -> str:
        path, mark, anchor = target.partition("#")
        aim = page_of(inside(Path(), document, path))
        return os.path.relpath(aim, Path(page_of(document)).parent) + mark + anchor

    return rewrite_links(text, page, lambda target: page(target).removesuffix(".md") + ".html")


def write(path: Path, text: str) -> None:
    """Write a page, and the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
