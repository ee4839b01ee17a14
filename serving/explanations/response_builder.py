"""From evidence and texts to what a client is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from palate.explain import Attempt, Carrier, Evidence
from palate.online import UserState
from palate.profile import Interest
from serving.api.schemas import (
    Carried,
    EvidenceBody,
    ExplanationResponse,
    Line,
    ProfileResponse,
    RejectedText,
    ShownText,
    SourceAmount,
    StruckLine,
    Taken,
)
from serving.explanations.protocol import Explained
from serving.explanations.text_cache import Remembered
from serving.live_users import Somebody
from serving.releases.release_view import Book

TAGS = 10
"""Tags of a profile at most."""


def fresh(somebody: Somebody, item: int, explained: Explained) -> ExplanationResponse:
    """An explanation that was just written."""
    written = explained.written
    return ExplanationResponse(
        release=somebody.release,
        user=somebody.id,
        item=somebody.book.catalogue.items[item],
        title=somebody.book.catalogue.titles[item],
        text=written.text,
        source=written.source,
        cached=False,
        reason=explained.lack,
        evidence=_evidence(somebody.book, explained.evidence),
        rejected=[_rejected(attempt) for attempt in written.rejected],
    )


def remembered(somebody: Somebody, item: int, text: Remembered) -> ExplanationResponse:
    """An explanation from before; of what was rejected then nothing is kept."""
    kept = shown(text)
    return ExplanationResponse(
        release=somebody.release,
        user=somebody.id,
        item=somebody.book.catalogue.items[item],
        title=somebody.book.catalogue.titles[item],
        text=kept.text,
        source=kept.source,
        cached=True,
        reason="rejected" if kept.source == "template" else None,
        evidence=_evidence(somebody.book, text.evidence),
        rejected=[],
    )


def shown(text: Remembered) -> ShownText:
    """A text from before, as a place of a list has it."""
    return ShownText.model_validate({"text": text.kept.text, "source": text.kept.source})


def profile(
    somebody: Somebody,
    interests: Sequence[Interest],
    texts: Mapping[str, ShownText],
    tags: Mapping[str, list[str]],
) -> ProfileResponse:
    """A profile; `texts` has one for each of the interests, `tags` are by item."""
    lines = [_line(somebody.book, one, texts[one.id], tags) for one in interests]
    counts = Counter(tag for line in lines for tag in line.tags)
    return ProfileResponse(
        release=somebody.release,
        user=somebody.id,
        version=somebody.state.version,
        lines=lines,
        struck=struck_lines(somebody.state),
        tags=[tag for tag, _ in counts.most_common(TAGS)],
    )


def struck_lines(state: UserState) -> list[StruckLine]:
    """What a user struck."""
    return [StruckLine(id=line.interest, categories=list(line.categories)) for line in state.struck]


def _line(book: Book, interest: Interest, text: ShownText, tags: Mapping[str, list[str]]) -> Line:
    taken = [_taken(book, carrier) for carrier in interest.evidence.carriers]
    return Line(
        id=interest.id,
        text=text.text,
        source=text.source,
        share=round(interest.share, 4),
        categories=list(interest.categories),
        evidence=taken,
        tags=list(dict.fromkeys(tag for one in taken for tag in tags.get(one.item, []))),
    )


def _evidence(book: Book, evidence: Evidence) -> EvidenceBody:
    return EvidenceBody(
        history=[
            Carried(**_taken(book, carrier).model_dump(), influence=round(carrier.influence, 6))
            for carrier in evidence.carriers
        ],
        contributions=[
            SourceAmount(source=one.source, amount=round(one.amount, 6)) for one in evidence.contributions
        ],
        shared=list(evidence.shared_categories),
        popular=evidence.popular,
    )


def _taken(book: Book, carrier: Carrier) -> Taken:
    items, titles = book.catalogue.items, book.catalogue.titles
    return Taken(item=items[carrier.item], title=titles[carrier.item], sentiment=carrier.sentiment.value)


def _rejected(attempt: Attempt) -> RejectedText:
    return RejectedText(text=attempt.text, reasons=list(attempt.reasons))
