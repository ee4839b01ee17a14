"""Template: a sentence without a language model, for when there is none or it said something untrue."""

from __future__ import annotations

import re
from itertools import groupby

from palate.explain.english.category_names import FILED, article, kind_of, listed
from palate.explain.english.text import CLOSING_QUOTE, OPENING_QUOTE, undelimited
from palate.explain.evidence.evidence import Evidence, SupportingItem
from palate.explain.evidence.sentiment import Sentiment

NOTHING_KNOWN = "This is a suggestion from the catalogue."
"""Where there is no evidence at all."""

_PLAIN_TITLE = re.compile(r"[A-Z][\w'\u2019&()-]*( [\w'\u2019&()-]+){0,7}")
"""Titles that read well without quotation marks."""


def template_sentence(evidence: Evidence) -> str:
    """One English sentence that says why, and nothing that the evidence does not hold.

    It names at most two items of the history, "liked" only where they were, and "another" only for what all
    of them share. Where it can name none it says that many people took the item, if they did, and what it is.
    """
    if evidence.named:
        return f"{_because(evidence.named)}{_what_it_is(evidence)}."
    is_what = _bare(evidence)
    if evidence.popular:
        return f"Many people have chosen this{f': {is_what}' if is_what else ''}."
    return f"This is {is_what}." if is_what else NOTHING_KNOWN


def _because(named: tuple[SupportingItem, ...]) -> str:
    """`Because you liked Alien and watched Heat`."""
    clauses = []
    for verb, supporting_items in groupby(named, key=_verb):
        titles = dict.fromkeys(
            shown_title(supporting_item.description.title) for supporting_item in supporting_items
        )
        clauses.append(f"{verb} {listed(list(titles))}")
    return f"Because you {listed(clauses)}"


def _verb(supporting_item: SupportingItem) -> str:
    return "liked" if supporting_item.sentiment is Sentiment.LIKED else supporting_item.verb


def shown_title(title: str) -> str:
    """The title on one line, in quotation marks if it could be taken for a part of the sentence."""
    line = undelimited(title)
    return line if _PLAIN_TITLE.fullmatch(line) else f"{OPENING_QUOTE}{line}{CLOSING_QUOTE}"


def _what_it_is(evidence: Evidence) -> str:
    """`: another science-fiction thriller, this one from 1986`; empty if nothing is known."""
    year = evidence.recommended.year
    shared = evidence.shared_categories
    if not shared:
        return f": {_bare(evidence)}" if _bare(evidence) else ""
    kind = kind_of(shared, evidence.noun)
    what = f"another {kind}" if kind else f"also filed under {_filed(shared)}"
    return f": {what}, this one from {year}" if year else f": {what}"


def _bare(evidence: Evidence) -> str:
    """`a science-fiction thriller from 1986`, with what is known of it; empty if nothing is."""
    categories, year = evidence.recommended.categories, evidence.recommended.year
    kind = kind_of(categories, evidence.noun)
    if kind:
        return f"{article(kind)} from {year}" if year else article(kind)
    if categories:
        what = f"{article(evidence.noun)} filed under {_filed(categories)}"
        return f"{what}, from {year}" if year else what
    return f"{article(evidence.noun)} from {year}" if year else ""


def _filed(categories: tuple[str, ...]) -> str:
    return listed([undelimited(name) for name in categories[:FILED]])
