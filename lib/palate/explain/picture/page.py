"""Explanation page: a picture as one HTML file without network, in the style of the evaluation report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from palate.evaluate.report.template import render_page
from palate.explain.evidence.evidence import SupportingItem
from palate.explain.picture.picture import Picture


def render_picture(picture: Picture, sentence: str, titles: Sequence[str], user: str) -> str:
    """The page as text; `titles` are by catalogue index, and everything it shows is escaped."""
    evidence = picture.evidence
    named = [(reason, True) for reason in evidence.supporting_items]
    values = {
        "picture": picture,
        "evidence": evidence,
        "sentence": sentence,
        "titles": titles,
        "user": user,
        "carriers": named + [(other, False) for other in evidence.others],
        "widest": _widest((*evidence.supporting_items, *evidence.others)),
        "greatest": max((abs(source.amount) for source in evidence.contributions), default=0) or 1,
        "as_it_is": set(picture.lists[0].items),
    }
    return render_page(Path(__file__).parent, values)


def _widest(carriers: Sequence[SupportingItem]) -> float:
    """The influence that a bar of full width stands for."""
    return max((carrier.influence for carrier in carriers), default=0) or 1
