"""Explanation page: a picture as one HTML file without network, in the style of the evaluation report.

It is written in the language of its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from palate.evaluate.report.template import render_page
from palate.explain.evidence.evidence import Evidence, StatedReason, SupportingItem
from palate.explain.picture.picture import REASONS, ListWithout, Picture
from palate.explain.text.sentence_pack import PageWords, sentence_pack
from palate.explain.text.stated_phrases import stated_phrases


class CarrierRow(NamedTuple):
    """Something that carried the item, as a row of a table."""

    name: str
    opinion: str
    is_reason: bool
    influence: float
    place_without: int | None


def render_picture(picture: Picture, sentence: str, titles: Sequence[str], user: str) -> str:
    """The page as text; `titles` are by catalogue index, and everything it shows is escaped.

    `user` is empty for somebody who is no user.
    """
    evidence = picture.evidence
    words = sentence_pack(evidence.language).page
    carriers = sorted(_carriers(evidence, words), key=lambda row: (not row.is_reason, -row.influence))
    spoken = [word for reason in evidence.stated for word in reason.words]
    values = {
        "picture": picture,
        "evidence": evidence,
        "sentence": sentence,
        "titles": titles,
        "language": evidence.language,
        "words": words,
        "eyebrow": words.eyebrow.format(user=user or words.newcomer),
        "fidelity": _fidelity(evidence, words),
        "carriers": carriers,
        "spoken": spoken,
        "widest": max((row.influence for row in carriers), default=0) or 1,
        "widest_word": max((word.influence for word in spoken), default=0) or 1,
        "greatest": max((abs(source.amount) for source in evidence.contributions), default=0) or 1,
        "headings": [_heading(list_, words) for list_ in picture.lists],
        "as_it_is": set(picture.lists[0].items),
    }
    return render_page(Path(__file__).parent, values)


def _fidelity(evidence: Evidence, words: PageWords) -> str:
    """How well a linear model fits, where influence is that of one."""
    if evidence.fidelity is None:
        return ""
    return words.fidelity.format(fidelity=f"{evidence.fidelity:.2f}")


def _carriers(evidence: Evidence, words: PageWords) -> Iterator[CarrierRow]:
    """Reasons and others, items and what was said."""
    for items, is_reason in ((evidence.supporting_items, True), (evidence.others, False)):
        yield from (_item_row(item, words, is_reason) for item in items)
    for stated, is_reason in ((evidence.stated, True), (evidence.other_stated, False)):
        yield from (_stated_row(one, evidence.language, words, is_reason) for one in stated)


def _item_row(item: SupportingItem, words: PageWords, is_reason: bool) -> CarrierRow:
    opinion = words.opinions[item.sentiment]
    return CarrierRow(
        item.description.title,
        opinion,
        is_reason=is_reason,
        influence=item.influence,
        place_without=item.place_without,
    )


def _stated_row(reason: StatedReason, language: str, words: PageWords, is_reason: bool) -> CarrierRow:
    return CarrierRow(
        stated_phrases(reason.stated, language)[0],
        words.opinions["stated"],
        is_reason=is_reason,
        influence=reason.influence,
        place_without=reason.place_without,
    )


def _heading(list_: ListWithout, words: PageWords) -> str:
    if not list_.left_out:
        return words.as_it_is
    named = words.the_source.format(source=list_.left_out)
    return words.without.format(what=words.the_reasons if list_.left_out == REASONS else named)
