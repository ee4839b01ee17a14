"""Documents lead somewhere: every link to a file, a folder or a heading of the repository resolves."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.site.links import Link, anchors_of, inside, links_of, rewrite_links, slug
from docs.site.pages import committed
from tests.support.documents import ROOT

DOCUMENTS = [str(path) for path in committed("*.md")]
README_LINES = 170


def broken(document: Path, link: Link) -> bool:
    """Whether a link leads nowhere, or to a heading that is not there."""
    target = inside(ROOT, document, link.path) if link.path else document.relative_to(ROOT)
    if not (ROOT / target).exists():
        return True
    is_document = target.suffix == ".md"
    return bool(link.anchor) and is_document and link.anchor not in anchors_of((ROOT / target).read_text())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_resolves(document: str) -> None:
    path = ROOT / document
    assert [link for link in links_of(path.read_text()) if broken(path, link)] == []


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


def test_a_broken_link_and_a_broken_anchor_are_noticed() -> None:
    document = ROOT / "docs" / "results.md"
    assert broken(document, Link("no-such-file.md", ""))
    assert broken(document, Link("limits.md", "no-such-heading"))
    assert not broken(document, Link("limits.md", "quality"))


def test_links_are_found_in_text_and_diagrams_but_not_in_code() -> None:
    text = '[a](x.md#y) `[b](no)`\n```\n[c](no)\n```\n    click n "z.py"\n[d](https://elsewhere)'
    assert list(links_of(text)) == [Link("x.md", "y"), Link("z.py", "")]


def test_links_are_rewritten_and_code_stays_as_it_is() -> None:
    text = '[a](x.md) `[b](x.md)` [c](#here)\n```\n[d](x.md)\n```\n    click n "z.py"'
    rewritten = rewrite_links(text, page=str.upper, address=lambda target: f"{target}.html")
    assert rewritten == '[a](X.MD) `[b](x.md)` [c](#here)\n```\n[d](x.md)\n```\n    click n "z.py.html"'


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("A demonstration's run", "a-demonstrations-run"), ("`palate` and [more](x.md)", "palate-and-more")],
)
def test_anchor_of_a_heading_is_what_readers_of_markdown_make(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor
