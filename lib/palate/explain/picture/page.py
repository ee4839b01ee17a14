"""Explanation page: a picture as one HTML file without network, in the style of the evaluation report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

import palate.evaluate.report as report
from palate.explain.evidence.evidence import SupportingItem
from palate.explain.picture.picture import Picture

_STYLE = Path(report.__file__).parent / "style.css"


def render_picture(picture: Picture, sentence: str, titles: Sequence[str], user: str) -> str:
    """The page as text; `titles` are by catalogue index, and everything it shows is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined)
    # A template's own lines leave no blank ones.
    environment.trim_blocks = environment.lstrip_blocks = True
    evidence = picture.evidence
    return environment.get_template("page.html").render(
        picture=picture,
        evidence=evidence,
        sentence=sentence,
        titles=titles,
        user=user,
        carriers=[(reason, True) for reason in evidence.supporting_items]
        + [(other, False) for other in evidence.others],
        widest=_widest((*evidence.supporting_items, *evidence.others)),
        greatest=max((abs(source.amount) for source in evidence.contributions), default=0) or 1,
        as_it_is=set(picture.lists[0].items),
        style=Markup(_STYLE.read_text(encoding="utf-8")),
    )


def _widest(carriers: Sequence[SupportingItem]) -> float:
    """The influence that a bar of full width stands for."""
    return max((carrier.influence for carrier in carriers), default=0) or 1
